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

interface Stage {
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

/** Carries out all plans, several at once, each one's commands in their order. @throws the signal's reason. */
export async function playAll(castings: Iterable<Casting>, stage: Stage): Promise<void> {
  const left = shared(castings);
  const playSome = async () => {
    for (const casting of left) {
      await playOne(casting, stage);
      const { end } = casting.plan;
      stage.tally.ended.set(end, (stage.tally.ended.get(end) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, playSome));
}

/** One after the other, each to whoever asks; who leaves early does not end it for the others. */
function shared<T>(of: Iterable<T>): Iterable<T> {
  const iterator = of[Symbol.iterator]();
  return { [Symbol.iterator]: () => ({ next: () => iterator.next() }) };
}

async function playOne({ plan, pair }: Casting, stage: Stage): Promise<void> {
  const { tally } = stage;
  const answers = new Map<string, unknown>([["installer", { id: pair.installer.id }]]);
  if (pair.repId !== null) answers.set("rep", { id: pair.repId });
  for (const [nth, step] of plan.steps.entries()) {
    const count = tally.commands.get(step.kind) ?? { sent: 0, refused: 0 };
    try {
      const input = resolved(step.input, answers);
      tally.commands.set(step.kind, count);
      const key = `sim-${stage.run}-${plan.index}-${nth}`;
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
          tally.troubles.push({ lead: plan.index, kind: step.kind, message });
        }
      }
    }
    stage.onProgress();
  }
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
  return reportWelcomeCall({ salesOrg, callpilotSecret }, url, String(input["id"]));
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
