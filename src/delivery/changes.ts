import type { LoggedAttempt } from "../store/attempts.ts";
import type { DeadChange } from "../store/dead.ts";
import type { StateChange } from "../store/endpoints.ts";
import type { LaneChange } from "../store/lanes.ts";
import type { ParkedChange } from "../store/parked.ts";
import type { ResendChange } from "../store/resends.ts";
import type { EndpointProgress } from "../store/writeBack.ts";

/** Where an endpoint stands, beside what changed. */
type Standing = Pick<
  EndpointProgress,
  "fence" | "version" | "cursor" | "cursorBefore" | "concurrency"
>;

/** What happened at one endpoint since it was last written down. Later words replace earlier ones on the same thing. */
export class Changes {
  readonly #endpointId: string;
  #attempts: LoggedAttempt[] = [];
  #lanes = new Map<string, LaneChange | null>();
  #dead = new Map<number, DeadChange>();
  #parked = new Map<number, ParkedChange>();
  #resends = new Map<number, ResendChange>();
  #state: StateChange | null = null;
  /** Whether some of it was handed over before. */
  #isAgain = false;

  constructor(endpointId: string) {
    this.#endpointId = endpointId;
  }

  /** Attempts that are not written down. */
  get attemptCount(): number {
    return this.#attempts.length;
  }

  get isEmpty(): boolean {
    return (
      this.#attempts.length + this.#lanes.size + this.#dead.size === 0 &&
      this.#parked.size + this.#resends.size === 0 &&
      this.#state === null
    );
  }

  /** Whether something became of resends. */
  get hasResends(): boolean {
    return this.#resends.size > 0;
  }

  addAttempt(attempt: LoggedAttempt): void {
    this.#attempts.push(attempt);
  }

  /** @param lane null when it is gone. */
  setLane(customerId: string, lane: Omit<LaneChange, "endpoint_id"> | null): void {
    this.#lanes.set(customerId, lane && { ...lane, endpoint_id: this.#endpointId });
  }

  addDead(dead: Omit<DeadChange, "endpoint_id">): void {
    this.#dead.set(dead.sequence, { ...dead, endpoint_id: this.#endpointId });
  }

  addParked(parked: Omit<ParkedChange, "endpoint_id">): void {
    this.#parked.set(parked.sequence, { ...parked, endpoint_id: this.#endpointId });
  }

  setResend(resend: Omit<ResendChange, "endpoint_id">): void {
    this.#resends.set(resend.sequence, { ...resend, endpoint_id: this.#endpointId });
  }

  /** Nothing is said after `disabled`: what was under way by then changes nothing. */
  setState(state: StateChange): void {
    if (this.#state?.state !== "disabled") this.#state = state;
  }

  /** What was decided no longer holds. */
  dropState(): void {
    this.#state = null;
  }

  /** Hands over all that changed, as one consistent cut. */
  take(standing: Standing): EndpointProgress {
    const lanes = [...this.#lanes];
    const progress: EndpointProgress = {
      ...standing,
      id: this.#endpointId,
      attempts: this.#attempts,
      lanes: lanes.flatMap(([, lane]) => lane ?? []),
      lanesGone: lanes.flatMap(([customer_id, lane]) =>
        lane ? [] : [{ endpoint_id: this.#endpointId, customer_id }],
      ),
      dead: [...this.#dead.values()],
      parked: [...this.#parked.values()],
      resends: [...this.#resends.values()],
      state: this.#state,
      isAgain: this.#isAgain,
    };
    this.#attempts = [];
    this.#lanes = new Map();
    this.#dead = new Map();
    this.#parked = new Map();
    this.#resends = new Map();
    this.#state = null;
    this.#isAgain = false;
    return progress;
  }

  /** Takes back what could not be written, behind what happened since. */
  putBack(progress: EndpointProgress): void {
    const later = {
      attempts: this.#attempts,
      lanes: this.#lanes,
      dead: this.#dead,
      parked: this.#parked,
      resends: this.#resends,
    };
    this.#attempts = [...progress.attempts, ...later.attempts];
    this.#lanes = new Map([
      ...progress.lanesGone.map(({ customer_id }) => [customer_id, null] as const),
      ...progress.lanes.map((lane) => [lane.customer_id, lane] as const),
      ...later.lanes,
    ]);
    this.#dead = new Map([
      ...progress.dead.map((dead) => [dead.sequence, dead] as const),
      ...later.dead,
    ]);
    this.#parked = new Map([
      ...progress.parked.map((parked) => [parked.sequence, parked] as const),
      ...later.parked,
    ]);
    this.#resends = new Map([
      ...progress.resends.map((resend) => [resend.sequence, resend] as const),
      ...later.resends,
    ]);
    this.#state ??= progress.state;
    this.#isAgain = true;
  }
}
