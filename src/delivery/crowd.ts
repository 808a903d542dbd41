/** What one endpoint has under way. */
export interface UnderWay {
  readonly count: number;
  /** Whether one more may start. @param limit what the endpoint may have at once, were it alone. */
  hasRoom(limit: number): boolean;
  started(): void;
  ended(): void;
}

/**
 * Enough to keep a process busy with receivers that take a fifth of a second for an answer. Each takes a connection of some
 * 10 kB; and connections that each wait longer for their next delivery than they are kept are made anew for every one.
 */
const defaultMost = 2_000;

/**
 * Counts what the endpoints of a node have under way together. While that is much, each may have an equal share; one
 * delivery it may have whatever the others do, so nobody waits for anybody.
 * @param most deliveries at once of all endpoints together, beside the one that each may always have.
 * @returns how an endpoint joins.
 */
export function createCrowd(most: number = defaultMost): () => UnderWay {
  let all = 0;
  /** Endpoints that have something under way. */
  let busy = 0;

  return () => {
    let own = 0;
    return {
      get count() {
        return own;
      },
      hasRoom(limit) {
        if (own === 0) return limit > 0;
        return own < limit && all < most && own < most / busy;
      },
      started() {
        if (own === 0) busy += 1;
        own += 1;
        all += 1;
      },
      ended() {
        own -= 1;
        all -= 1;
        if (own === 0) busy -= 1;
      },
    };
  };
}
