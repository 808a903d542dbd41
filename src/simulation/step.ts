import type { Client } from "../sdk/index.ts";
import type { LeadTime } from "./leadTime.ts";

/** By whose key a command is sent. CallPilot signs with a secret instead. */
export type Doer = "sales" | "signing" | "lender" | "installing";

/** One command of a plan, as data. */
export interface Step {
  /** As the client has it: `customers.create`. */
  readonly kind: string;
  readonly by: Doer | "callpilot";
  /** What is sent. A text such as `@customer.id` stands for what the step `customer` was answered. */
  readonly input: Readonly<Record<string, unknown>>;
  /** The name by which later steps speak of its answer; null when none does. */
  readonly gives: string | null;
  /** When it is done, in milliseconds since the epoch; none is earlier than the one before. */
  readonly atMs: number;
}

/** The kind of the one step that is no call of the client. */
export const welcomeCall = "callpilot.report";

type Group = keyof Client;
type Verb<G extends Group> = keyof Client[G] & string;
type Call<G extends Group, V extends Verb<G>> = Extract<
  Client[G][V],
  (...given: never[]) => unknown
>;
type Input<G extends Group, V extends Verb<G>> = NonNullable<Parameters<Call<G, V>>[0]>;

/** Writes steps of one doer, checked against the client's types. */
export type Write = <G extends Group, V extends Verb<G>>(
  group: G,
  verb: V,
  input: Input<G, V>,
  gives?: string,
) => void;

/** @param onto where the steps are put; @param of.time by which they are done. */
export const writerOf =
  (onto: Step[], { by, time }: { readonly by: Doer; readonly time: LeadTime }): Write =>
  (group, verb, input, gives) =>
    void onto.push({
      kind: `${group}.${verb}`,
      by,
      input,
      gives: gives ?? null,
      atMs: time.nowMs,
    });

/** A step speaks of an answer that is not there: what should have given it was refused. */
export class MissingAnswer extends Error {}

/**
 * The input with answers in the places of the texts that stand for them.
 * @throws {MissingAnswer} when one is not there.
 */
export function resolved<T>(input: T, answers: ReadonlyMap<string, unknown>): T {
  // What is built has the shape of what was given.
  return resolve(input, answers) as T;
}

function resolve(value: unknown, answers: ReadonlyMap<string, unknown>): unknown {
  if (typeof value === "string") return value.startsWith("@") ? answerAt(value, answers) : value;
  if (Array.isArray(value)) return value.map((each) => resolve(each, answers));
  if (typeof value !== "object" || value === null || value instanceof Blob) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [name, resolve(each, answers)]),
  );
}

function answerAt(text: string, answers: ReadonlyMap<string, unknown>): unknown {
  const [name = "", ...path] = text.slice(1).split(".");
  let found: unknown = answers.get(name);
  for (const part of path) found = (found as Record<string, unknown> | undefined)?.[part];
  if (found === undefined) throw new MissingAnswer(`There is no ${text}`);
  return found;
}

type AnyCall = (
  input: unknown,
  options: { idempotencyKey: string; signal: AbortSignal },
) => unknown;

/** Sends a step by a client. */
export async function send(
  client: Client,
  { kind }: Step,
  input: unknown,
  options: { idempotencyKey: string; signal: AbortSignal },
): Promise<unknown> {
  const [group = "", verb = ""] = kind.split(".");
  const call = (client as unknown as Record<string, Record<string, AnyCall>>)[group]?.[verb];
  if (!call) throw new Error(`The client has no ${kind}`);
  return call(input, options);
}
