import { expect } from "vitest";
import { HeliographError } from "../../src/sdk/index.ts";
import { told } from "../told.ts";
import { rolesOf, type Answer, type Choice, type Plan, type World } from "./command.ts";
import { commands, type CommandName } from "./commands.ts";
import {
  expectAnswer,
  expectChanges,
  expectCounted,
  expectCounting,
  expectKnown,
  expectSnapshot,
  subjectsOf,
} from "./evidence.ts";
import { foretell, lineOf } from "./foretell.ts";
import type { Model } from "./records.ts";
import { storedOf, type Rows } from "./stored.ts";

/** One command, and what is left open in it. */
export interface Step extends Choice {
  readonly command: CommandName;
}

/** One move of a run: the first of these that the model allows, so that a run goes far; where none is, the first. */
export type Move = readonly Step[];

/**
 * Makes the moves one after the other, over the API and in the model, and compares after each.
 * @throws {Error} with all that was done, up to the command that did not do what the model foretells.
 */
export async function play(world: World, model: Model, moves: readonly Move[]): Promise<void> {
  const done: string[] = [];
  let rows: Rows = {};
  for (const move of moves) {
    const ready = chosen(model, move);
    if (!ready) continue;
    const { command, as } = ready.step;
    done.push(`${as} ${command} ${JSON.stringify(ready.plan.input ?? {})}`);
    try {
      rows = await playOne(world, model, { ...ready, before: rows });
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      const said = `The last of these is not as foretold:\n${done.join("\n")}\n${why}`;
      throw new Error(said, { cause });
    }
  }
}

/** A command with what the model says of it. */
interface Ready {
  readonly step: Step;
  readonly plan: Plan;
  readonly foretold: string;
}

function chosen(model: Model, move: Move): Ready | undefined {
  const ready: Ready[] = [];
  for (const step of move) {
    const command = commands[step.command];
    const plan = command.plan(model, step);
    if (plan) ready.push({ step, plan, foretold: foretell(model, command, { plan, as: step.as }) });
  }
  return ready.find(({ foretold }) => foretold === "done") ?? ready[0];
}

async function playOne(
  world: World,
  model: Model,
  { step, plan, foretold, before }: Ready & { readonly before: Rows },
): Promise<Rows> {
  const client = step.as === "epc" ? world.installer : world.sales;

  const { answer, ...events } = await told(world, () => answerOf(() => plan.call(client, world)));
  const rows = await storedOf(world.service.sql, world.salesOrg.id);

  const isDone = typeof answer !== "string";
  expect(isDone ? "done" : answer).toBe(foretold);
  const isChanged = isDone && (plan.differs ?? true);
  if (isChanged) plan.becomes(answer, (type) => subjectsOf(events, type));
  else expect(rows).toEqual(before);
  const tells = isChanged ? (plan.tells ?? []) : [];
  expect(events.lines).toEqual(tells.map((type) => lineOf(model, plan, type)));
  if (isDone) expectAnswer(model, answer, rolesOf(model, step.as));
  expectKnown(model, rows);
  expectCounted(model, events);
  expectChanges(events);
  expectSnapshot(events, rows);
  if (plan.deal) expectCounting(model, plan.deal, events);
  return rows;
}

/** @returns the answer, or what refused the call: `409 deal_open`. */
async function answerOf(call: () => Promise<Answer>): Promise<Answer | string> {
  try {
    return await call();
  } catch (error) {
    if (!(error instanceof HeliographError)) throw error;
    const { status, code, rule, errors = [] } = error.problem;
    return [status, rule ?? code, ...errors.map(({ at }) => at)].join(" ");
  }
}
