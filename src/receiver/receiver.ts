import { arrivalOf } from "./feedSource.ts";
import { createGate, type CaughtUp } from "./gate.ts";
import type { Arrival, Gap } from "./inbox.ts";
import { createLanes, type ErrorContext } from "./lanes.ts";
import { withDefaults, type ReceiverOptions } from "./options.ts";
import { reconcileInbox, type Reconciled } from "./reconcile.ts";
import { createAlarm, within } from "./timers.ts";
import { headerValue, VerificationError, verify, type VerifyHeaders } from "./verify.ts";

/** What to answer a delivery with. */
export interface Reply {
  readonly status: number;
  /**
   * `handled`; `kept`, as nobody handles such events; `stored`, and handled behind the answer; `duplicate`; `test`, a delivery
   * that is no event; or why it is refused.
   */
  readonly outcome: string;
}

/** A delivery as it came. */
export interface IncomingDelivery {
  readonly headers: VerifyHeaders;
  /** The body exactly as it came, before any JSON parser. */
  readonly body: string | Uint8Array;
}

/** Takes deliveries; made by `receiver()`. */
export interface Receiver {
  /** Longest body that is taken, in bytes. */
  readonly maxBodyBytes: number;
  /** Verifies a delivery, stores it and handles it. Never throws. What the adapters call. */
  receive(delivery: IncomingDelivery): Promise<Reply>;
  /**
   * Takes up what was stored and not handled, by whatever process, and fills gaps that had their time. Resolves when
   * nothing more can be done now. Runs by itself from the first delivery or `start()` on; where no process lives on, as in
   * serverless functions, call it by a schedule.
   * @throws whatever the database says.
   */
  resume(): Promise<void>;
  /** Makes the inbox's tables and takes up what was left by the process before. Call it when the process starts. */
  start(): Promise<void>;
  /**
   * Takes no more deliveries, they are answered 503, and resolves when what is under way has ended, or has not within
   * `withinMs` milliseconds, 10,000 unless told. What has not is taken up again at the next start.
   */
  stop(how?: { readonly withinMs?: number }): Promise<void>;
  /** Gaps that are open, and those that could not be filled. */
  gaps(): Promise<Gap[]>;
  /**
   * Fetches the feed after a position and handles what is new: after an outage, or to fill a new inbox. What the service no
   * longer keeps is told to `gate.onGap`.
   * @param range.from position after which to read; the last one that is here unless told.
   * @throws {Error} without `gate.source`, or when it cannot be read.
   * @example const { fetched } = await hooks.catchUp({ from: 0 });
   */
  catchUp(range?: { readonly from?: number }): Promise<CaughtUp>;
  /**
   * Compares what is here with the service's manifests of the endpoint, and fetches and handles what is missing. What the
   * service no longer keeps is told to `gate.onGap`.
   * @throws {Error} without `gate.source` and `gate.endpoint`, or when the service cannot be asked.
   */
  reconcile(): Promise<Reconciled>;
  /** Tells `onError` what went wrong before `receive`. For adapters. */
  report(error: unknown): void;
}

/**
 * Makes a receiver: it verifies deliveries, keeps every event once in its inbox, and calls a handler for it in one
 * transaction with the note that it was handled. Hand it to `webHandler`, `nodeHandler`, `expressHandler`,
 * `fastifyPlugin` or `honoHandler`.
 * @example
 * const hooks = receiver({
 *   secret, inbox: postgresInbox(pool),
 *   on: { async new_install({ data }, { tx }) { await tx.query("insert into jobs …", [data.install.id]); } },
 * });
 */
export function receiver<Tx>(given: ReceiverOptions<Tx>): Receiver {
  const options = withDefaults(given);
  const { inbox, deadlineMs, pollMs } = options;
  const now = () => Date.now();
  const underWay = new Set<Promise<unknown>>();
  let isStopped = false;
  let isStarted = false;
  let migrated: Promise<void> | undefined;
  let resuming: Promise<void> = Promise.resolve();

  /** What listens must not be able to break what it listens to. */
  const onError = (error: unknown, context: ErrorContext) => {
    try {
      options.onError(error, context);
    } catch {
      // its own
    }
  };
  const alarm = createAlarm(look, now);
  const wakeAt = (ms: number) => {
    if (isStarted && !isStopped) alarm.at(ms);
  };
  const gate = createGate({ inbox, options: options.gate ?? {}, now, onError, wakeAt });
  const isGated = options.gate !== undefined;
  const lanes = createLanes({ ...options, inbox, isGated, now, onError, wakeAt });

  const track = <T>(work: Promise<T>): Promise<T> => {
    underWay.add(work);
    const forget = () => void underWay.delete(work);
    work.then(forget, forget);
    return work;
  };

  function ready(): Promise<void> {
    migrated ??= inbox.migrate().catch((error: unknown) => {
      migrated = undefined;
      throw error;
    });
    return migrated;
  }

  /** From now on looks by itself. */
  function goOn(): void {
    if (isStarted) return;
    isStarted = true;
    alarm.at(now());
  }

  /** Does not wait for what is being handled: a handler that takes long must not keep others from being taken up. */
  function look(): void {
    track(takeUp("others")).catch((error: unknown) => onError(error, { during: "looking" }));
    wakeAt(now() + pollMs);
  }

  /** One at a time, and each from its own beginning: what was there when it was asked for is looked at. */
  function resume(): Promise<void> {
    const turn = resuming.then(() => takeUp("all"));
    resuming = turn.catch(() => undefined);
    return track(turn);
  }

  async function takeUp(which: "all" | "others"): Promise<void> {
    await ready();
    const before = gate.closedCount;
    await Promise.all([isGated && gate.sweep(), drainDue(which)]);
    if (gate.closedCount !== before) await drainDue(which); // closed by whichever look
  }

  async function drainDue(which: "all" | "others"): Promise<void> {
    const due = await inbox.dueLanes({ nowMs: now(), passPoison: options.passPoison });
    const left = which === "all" ? due : due.filter((lane) => !lanes.nudge(lane));
    const drainSome = async () => {
      for (let lane = left.shift(); lane !== undefined; lane = left.shift()) {
        if (isStopped) return;
        await lanes.drain(lane, false);
      }
    };
    await Promise.all(Array.from({ length: options.concurrency }, drainSome));
  }

  async function store(arrival: Arrival): Promise<boolean> {
    await ready();
    const added = await inbox.record([arrival], options.gate?.from ?? null);
    if (added.length > 0) lanes.own(arrival.id);
    return added.length > 0;
  }

  /** Handles what can be handled now that an event is here. */
  async function handle({ id, lane }: Arrival): Promise<void> {
    await lanes.drain(lane, true);
    const entry = await inbox.find(id);
    if (entry && entry.state !== "pending") lanes.forget(id);
    else if (isGated) wakeAt(now() + gate.graceMs);
  }

  /** Nobody waits for it: it is not what was delivered. */
  function letGo(sequence: number): void {
    for (const lane of lanes.waitingFor(sequence)) void inBackground(lanes.drain(lane, true));
  }

  function inBackground(work: Promise<void>): Promise<void> {
    return track(
      work.catch((error: unknown) => {
        onError(error, { during: "looking" });
        wakeAt(now() + pollMs);
      }),
    );
  }

  async function receive(delivery: IncomingDelivery): Promise<Reply> {
    if (isStopped) return { status: 503, outcome: "stopping" };
    try {
      return await track(take(delivery));
    } catch (error) {
      const isOurs = error instanceof VerificationError && error.reason !== "bad_secret";
      if (isOurs) return { status: 400, outcome: error.reason };
      onError(error, { during: "receiving" });
      return { status: error instanceof VerificationError ? 500 : 503, outcome: "unavailable" };
    }
  }

  async function take({ headers, body }: IncomingDelivery): Promise<Reply> {
    const endMs = now() + deadlineMs;
    const { secret, toleranceSeconds } = options;
    const event = await verify({
      secret: typeof secret === "function" ? await secret() : secret,
      headers,
      body,
      ...(toleranceSeconds !== undefined && { toleranceSeconds }),
    });
    const arrival = arrivalOf(event, {
      previous: previousIn(headers, event.sequence),
      isReplay: headerValue(headers, "heliograph-replay") !== "",
      via: "delivery",
      body: typeof body === "string" ? body : new TextDecoder().decode(body),
      receivedAtMs: now(),
    });
    if (Number.isNaN(arrival.sequence)) {
      throw new VerificationError(
        "bad_body",
        "The body is not in Heliograph's own format: set the endpoint's `format` to `heliograph`",
      );
    }
    if (arrival.sequence === 0) return { status: 200, outcome: "test" };
    goOn();
    const stored = await within(track(store(arrival)), endMs - now());
    if (!stored) {
      wakeAt(endMs + pollMs); // it may be stored yet
      return { status: 503, outcome: "unavailable" };
    }
    letGo(arrival.sequence);
    if (!stored.value && (await isSettled(arrival))) return { status: 200, outcome: "duplicate" };
    await within(inBackground(handle(arrival)), endMs - now());
    // It is stored whatever comes of this question.
    const found = await within(find(arrival.id), Math.max(0, endMs - now()));
    const state = found?.value?.state ?? "pending";
    if (state !== "handled" && state !== "kept") return { status: 202, outcome: "stored" };
    return { status: 200, outcome: stored.value ? state : "duplicate" };
  }

  const find = (id: string) => inbox.find(id).catch(() => undefined);

  async function isSettled({ id }: Arrival): Promise<boolean> {
    const state = (await find(id))?.state;
    return state === "handled" || state === "kept";
  }

  return {
    maxBodyBytes: options.maxBodyBytes,
    receive,
    resume,
    async start() {
      await ready();
      goOn();
    },
    async stop({ withinMs = 10_000 } = {}) {
      isStopped = true;
      alarm.stop();
      const endMs = now() + withinMs;
      while (underWay.size > 0 && now() < endMs)
        await within(Promise.allSettled(underWay), endMs - now());
    },
    async gaps() {
      await ready();
      return inbox.gaps();
    },
    async catchUp({ from } = {}) {
      await ready();
      const after = from ?? (await inbox.position()).last;
      const caughtUp = await track(gate.catchUp(after));
      await resume();
      return caughtUp;
    },
    async reconcile() {
      await ready();
      const { source, endpoint } = options.gate ?? {};
      if (!source || endpoint === undefined)
        throw new Error("Pass `gate.source` and `gate.endpoint` to reconcile");
      const found = await track(reconcileInbox({ inbox, gate, source, endpoint }));
      await resume();
      return found;
    },
    report: (error) => onError(error, { during: "receiving" }),
  };
}

/** The header is not signed: whoever changed it on the way could make us fetch, so it must at least be possible. */
function previousIn(headers: VerifyHeaders, sequence: number): number | null {
  const text = headerValue(headers, "heliograph-previous");
  const previous = Number(text);
  return /^\d{1,15}$/.test(text) && previous < sequence ? previous : null;
}
