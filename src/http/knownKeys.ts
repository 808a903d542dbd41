/** Who keys stand for, as it was read a moment ago: looking it up takes as long as a sixth of a command. */
export interface KnownKeys<Who> {
  /** @param read asks the database. What it throws is thrown, and asked anew the next time. */
  of(hash: Uint8Array, read: () => Promise<Who>): Promise<Who>;
  /** Keys, or whom they stand for, changed: what was read before, or is being read, is not gone by any more. */
  forget(): void;
}

/** How long what another process changed may go unnoticed, in milliseconds. What changed here is forgotten at once. */
const freshMs = 1_000;
/** Keys remembered at most. */
const keysLimit = 10_000;

/** @param now a clock that is never set back, in milliseconds. */
export function createKnownKeys<Who>(now = () => performance.now()): KnownKeys<Who> {
  let known = new Map<string, { readonly who: Who; readonly readAt: number }>();

  return {
    async of(hash, read) {
      const key = Buffer.from(hash).toString("latin1");
      const found = known.get(key);
      const askedAt = now();
      if (found && askedAt - found.readAt < freshMs) return found.who;
      const asked = known;
      const who = await read();
      if (asked.size >= keysLimit) asked.clear();
      asked.set(key, { who, readAt: askedAt }); // into what may have been forgotten meanwhile
      return who;
    },
    forget() {
      known = new Map();
    },
  };
}
