import { isFailure } from "../sdk/index.ts";
import { reportWelcomeCall } from "../story/welcomeCall.ts";
import type { Pair } from "./companies.ts";
import type { Pace } from "./pace.ts";
import type { Plan } from "./plan.ts";
import { MissingAnswer, resolved, send, welcomeCall, type Step } from "./step.ts";

/** A command that went wrong, other than by a rule of the flow. */
export interface Trouble {
  /** Position of the lead, from 0. */
  readonly lead: number;
  readonly kind: string;
  readonly message: string;
}

/** What was sent, and what came of it. */
export interface Tally {
  readonly commands: Map<string, { sent: number; refused: number }>;
  /** How often each rule of the flow has refused. */
  readonly rules: Map<string, number>;
  /** Steps whose subject was not there, as the command that makes it was refused. */
  leftOut: number;
  readonly troubles: Trouble[];
  /** Leads that came to their end, by that end. */
  readonly ended: Map<string, number>;
}

export const newTally = (): Tally => ({
  commands: new Map(),
  rules: new Map(),
  leftOut: 0,
  troubles: [],
  ended: new Map(),
});

/** A plan, and who carries it out. */
export interface Casting {
  readonly plan: Plan;
  readonly pair: Pair;
}

export interface Stage {
  readonly url: string;
  /** Tells the commands of this run from those of others, for the service. */
  readonly run: string;
  readonly pace: Pace;
  readonly tally: Tally;
  readonly signal: AbortSignal;
  readonly onProgress: () => void;
}

/** Leads that are under way at once. */
const atOnce = 32;
/** How often a command is sent again that the service was too busy for, or did not hear. */
const mostAgain = 6;
const firstRestMs = 250;

/**
 * Carries out all plans as fast as may be, several at once, each one's commands in their order; of each what is to be done by
 * `untilMs`. @throws the signal's reason.
 */
export async function playAll(
  castings: Iterable<Casting>,
  stage: Stage,
  untilMs = Number.POSITIVE_INFINITY,
): Promise<void> {
  await severalAtOnce(castings, (casting) => openWalk(casting, stage).goOn(untilMs));
}

/** A clock that plans are carried out by. */
export interface MovingClock {
  /** When it is over, in milliseconds since the epoch. */
  readonly untilMs: number;
  /** It is moved by so much at least. */
  readonly strideMs: number;
  moveTo(ms: number): Promise<void>;
}

/** Carries out all plans, each command once its time has come; of each what is to be done until the clock's end. */
export async function playByClock(
  castings: Iterable<Casting>,
  stage: Stage,
  clock: MovingClock,
): Promise<void> {
  const { untilMs, strideMs } = clock;
  const walks = Array.from(castings, (casting) => openWalk(casting, stage));
  const firstMs = () => walks.reduce((least, { nextMs }) => Math.min(least, nextMs), Infinity);
  for (let nextMs = firstMs(); nextMs <= untilMs; nextMs = firstMs()) {
    const nowMs = Math.min(nextMs + strideMs, untilMs);
    await clock.moveTo(nowMs);
    const due = walks.filter((walk) => walk.nextMs <= nowMs);
    await severalAtOnce(due, (walk) => walk.goOn(nowMs));
  }
  await clock.moveTo(untilMs);
}

async function severalAtOnce<T>(of: Iterable<T>, run: (one: T) => Promise<void>): Promise<void> {
  const left = shared(of);
  const runSome = async () => {
    for (const one of left) await run(one);
  };
  await Promise.all(Array.from({ length: atOnce }, runSome));
}

/** One after the other, each to whoever asks; who leaves early does not end it for the others. */
function shared<T>(of: Iterable<T>): Iterable<T> {
  const iterator = of[Symbol.iterator]();
  return { [Symbol.iterator]: () => ({ next: () => iterator.next() }) };
}

/** A lead on its way. */
interface Walk {
  /** When its next command is to be done, in milliseconds since the epoch; infinite at its end. */
  readonly nextMs: number;
  /** Sends what is to be done by an instant. */
  goOn(untilMs: number): Promise<void>;
}

function openWalk({ plan, pair }: Casting, stage: Stage): Walk {
  const answers = new Map<string, unknown>([["installer", { id: pair.installer.id }]]);
  if (pair.repId !== null) answers.set("rep", { id: pair.repId });
  const { steps, index, end } = plan;
  const { ended } = stage.tally;
  let nth = 0;
  return {
    get nextMs() {
      return steps[nth]?.atMs ?? Number.POSITIVE_INFINITY;
    },
    async goOn(untilMs) {
      for (let step = steps[nth]; step && step.atMs <= untilMs; step = steps[nth]) {
        const key = `sim-${stage.run}-${index}-${nth}`;
        await playStep({ step, pair, key, lead: index, answers }, stage);
        nth += 1;
        if (nth === steps.length) ended.set(end, (ended.get(end) ?? 0) + 1);
      }
    },
  };
}

interface Turn {
  readonly step: Step;
  readonly pair: Pair;
  readonly key: string;
  /** Position of the lead. */
  readonly lead: number;
  /** What steps before were answered, by the names that they gave; added to. */
  readonly answers: Map<string, unknown>;
}

async function playStep({ step, pair, key, lead, answers }: Turn, stage: Stage): Promise<void> {
  const { tally } = stage;
  const count = tally.commands.get(step.kind) ?? { sent: 0, refused: 0 };
  try {
    const input = resolved(step.input, answers);
    tally.commands.set(step.kind, count);
    const answer = await persistently(stage, () => carryOut({ step, pair, input, key }, stage));
    count.sent += 1;
    if (step.gives !== null) answers.set(step.gives, answer);
  } catch (error) {
    stage.signal.throwIfAborted();
    if (error instanceof MissingAnswer) tally.leftOut += 1;
    else {
      count.sent += 1;
      if (isFailure(error, "rule")) {
        count.refused += 1;
        const rule = error.rule ?? error.code;
        tally.rules.set(rule, (tally.rules.get(rule) ?? 0) + 1);
      } else {
        const message = error instanceof Error ? error.message : String(error);
        tally.troubles.push({ lead, kind: step.kind, message });
      }
    }
  }
  stage.onProgress();
}

interface Deed {
  readonly step: Step;
  readonly pair: Pair;
  readonly input: Step["input"];
  readonly key: string;
}

async function carryOut({ step, pair, input, key }: Deed, { url, signal }: Stage) {
  if (step.by !== "callpilot") {
    return send(pair.clients[step.by], step, input, { idempotencyKey: key, signal });
  }
  const { seller: salesOrg, callpilotSecret } = pair;
  if (step.kind !== welcomeCall || callpilotSecret === null) throw new Error("Nobody can call");
  const at = new Date(step.atMs).toISOString();
  return reportWelcomeCall({ salesOrg, callpilotSecret, at }, url, String(input["id"]));
}

/** A service that is too busy is left alone by all, longer each time; the Idempotency-Key makes it happen once. */
async function persistently<T>({ pace, signal }: Stage, attempt: () => Promise<T>): Promise<T> {
  for (let again = 0; ; again += 1) {
    await pace.take(signal);
    try {
      return await attempt();
    } catch (error) {
      if (again === mostAgain || !isPassing(error)) throw error;
      pace.rest(firstRestMs * 2 ** again);
    }
  }
}

const isPassing = (error: unknown) =>
  isFailure(error, "too_many_requests", "unavailable") ||
  (error instanceof TypeError && error.message === "fetch failed");
