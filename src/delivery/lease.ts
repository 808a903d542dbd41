/** How long an endpoint stays ours without being renewed, in milliseconds. */
export const leaseMs = 4_000;
/** Nothing is started this long after the lease was last renewed, in milliseconds: it may be another's soon. */
const trustMs = 3_200;

/** A node's hold on one endpoint, by the clock that only goes forward. */
export class Lease {
  readonly #ended: () => void;
  #renewedAt = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;

  /** @param ended called when it has run out: whoever is next may send by then. */
  constructor(ended: () => void) {
    this.#ended = ended;
  }

  /** Whether something may be started. */
  get isTrusted(): boolean {
    return performance.now() - this.#renewedAt < trustMs;
  }

  /** @param at when the renewal was asked for, by `performance.now()`. */
  renewed(at: number): void {
    this.#renewedAt = at;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#ended, at + leaseMs - performance.now()).unref();
  }

  /** Nothing is under way any more. */
  close(): void {
    clearTimeout(this.#timer);
  }
}
