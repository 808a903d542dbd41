import type { ServedEndpoint } from "../store/endpoints.ts";
import type { Changes } from "./changes.ts";
import { backoffDelayMs } from "./schedule.ts";

/** Customers in a row whose first attempts fail, none delivered between, until it is the endpoint's failure. */
const failuresOfEndpoint = 5;
/** An endpoint that failed for so long, without one delivery, is given up, in milliseconds: five days. */
const giveUpAfterMs = 5 * 24 * 3_600_000;

/** What an outage is measured by, and how waits are spread. */
export interface Chance {
  /** Milliseconds since the epoch; may be set. */
  readonly clock: () => number;
  /** Milliseconds since some moment; only goes forward. */
  readonly steadyClock: () => number;
  /** 0 ≤ random < 1. */
  readonly random: () => number;
}

/** Whether an endpoint's receiver is down, since when, and when it is tried next. Every turn of it is noted in the changes. */
export class Outage {
  readonly #changes: Changes;
  readonly #chance: Chance;
  readonly #failedCustomers = new Set<string>();
  #step: number;
  #sinceMs: number;
  #probeAtMs = 0;
  #reason: string | null;
  #isGivenUp = false;

  constructor(changes: Changes, endpoint: ServedEndpoint, chance: Chance) {
    this.#changes = changes;
    this.#chance = chance;
    this.#step = endpoint.state === "backing_off" ? Math.max(1, endpoint.backoff_step) : 0;
    this.#sinceMs = chance.steadyClock() - (endpoint.down_for_ms ?? 0);
    this.#reason = endpoint.state_reason;
  }

  get isDown(): boolean {
    return this.#step > 0;
  }

  /** Probes that failed since it went down, the fall itself included; 0 while it is up. */
  get step(): number {
    return this.#step;
  }

  /** Whether the endpoint is disabled: nothing more is to be sent. */
  get isGivenUp(): boolean {
    return this.#isGivenUp;
  }

  /** An entry was delivered. */
  delivered(): void {
    if (this.#failedCustomers.size > 0) this.#failedCustomers.clear();
  }

  /** A customer's first attempt failed. @returns whether so many failed in a row that it is the endpoint's failure. */
  failed(customerId: string): boolean {
    this.#failedCustomers.add(customerId);
    return this.#failedCustomers.size >= failuresOfEndpoint;
  }

  /**
   * The receiver is down, or a probe failed.
   * @param got what it answered, in words; @param askedMs how long it asks to be left alone, in milliseconds.
   */
  fall(got: string, askedMs: number): void {
    const { clock, steadyClock, random } = this.#chance;
    const nowMs = steadyClock();
    if (this.#step === 0) this.#sinceMs = nowMs;
    this.#step += 1;
    const downMs = nowMs - this.#sinceMs;
    if (downMs >= giveUpAfterMs) {
      const since = new Date(clock() - downMs).toISOString();
      this.disable(`Failing since ${since}; the last attempt got ${got}`);
    } else this.#backOff(got, Math.max(backoffDelayMs(this.#step, random()), askedMs));
  }

  /** An answer that was under way when it fell: it may ask for more time. */
  ask(got: string, askedMs: number): void {
    if (askedMs > this.#probeAtMs - this.#chance.steadyClock()) this.#backOff(got, askedMs);
  }

  /** The receiver is up. */
  rise(): void {
    this.#step = 0;
    this.#failedCustomers.clear();
    this.#changes.setState({ state: "active", reason: null, backoffStep: 0, backoffMs: null });
  }

  /** Nothing more is sent until the owner resumes the endpoint. */
  disable(reason: string): void {
    this.#isGivenUp = true;
    this.#changes.setState({ state: "disabled", reason, backoffStep: 0, backoffMs: null });
  }

  /** The owner changed the endpoint, and may have ended a back-off. States decided on before are not written. */
  adopt({ state, backoff_step }: ServedEndpoint): void {
    if (state === "active") {
      this.#step = 0;
      this.#failedCustomers.clear();
      this.#changes.dropState();
    } else if (!this.isDown) this.rise();
    else if (backoff_step !== this.#step) {
      this.#backOff(this.#reason, Math.max(0, this.#probeAtMs - this.#chance.steadyClock()));
    }
  }

  #backOff(reason: string | null, backoffMs: number): void {
    this.#reason = reason;
    this.#probeAtMs = this.#chance.steadyClock() + backoffMs;
    const backoffStep = this.#step;
    this.#changes.setState({ state: "backing_off", reason, backoffStep, backoffMs });
  }
}
