import type { EventType } from "../../src/contract/catalogue.ts";
import type { Party } from "../../src/contract/meta.ts";
import type { RuleName } from "../../src/contract/rules.ts";
import type { Client } from "../../src/sdk/index.ts";
import type { Pair } from "../service.ts";
import type { Deal, Model } from "./records.ts";

/** What the model reads in an answer: the ids that only the service can give. */
export interface Answer {
  readonly id: string;
  readonly signers?: readonly { readonly id: string; readonly name: string }[];
}

/** The companies under test, and what their commands need beside a client. */
export interface World extends Pair {
  readonly callpilotSecret: string;
}

/** The records that the command's events of a type are about. */
export type Made = (type: EventType) => readonly string[];

/** One command on one record, and what the rules say of it in the present state. */
export interface Plan {
  /** The deal that it is about: its parties may do it, and are told. */
  readonly deal?: Deal;
  /** It names its installer itself, who stays a party to it when the deal names nobody any more. */
  readonly namesInstaller?: true;
  /** Whose it is without a deal; the sales organization's, unless told. */
  readonly owner?: Party;
  /** What is given, to be read when a run fails. */
  readonly input?: object;
  call(client: Client, world: World): Promise<Answer>;
  /** Place of a value that does not fit. */
  readonly invalid?: string | false;
  /** What must hold, in the order in which it is asked. */
  readonly must?: Partial<Record<RuleName, boolean>>;
  /** Whether any value differs from the present one. If none does, nobody is told and nothing becomes of it. */
  readonly differs?: boolean;
  /** Events, in order. */
  readonly tells?: readonly EventType[];
  /** What the model knows afterwards. */
  becomes(answer: Answer, made: Made): void;
}

/** What is left open in a command: who does it, the place of its target, counted from the newest, and which input. */
export interface Choice {
  readonly as: Party;
  readonly target: number;
  readonly variant: number;
}

export interface Command {
  /** Who may; nobody means that no key is asked for. */
  readonly by: readonly Party[];
  /** @returns undefined while there is nothing to do it to. */
  plan(model: Model, choice: Choice): Plan | undefined;
}

export const salesOrg = ["sales_org"] as const;
export const epc = ["epc"] as const;
export const both = ["sales_org", "epc"] as const;

/** As what one acts: a company that is both is both at once. */
export const rolesOf = (model: Model, as: Party): readonly Party[] =>
  isOneCompany(model) ? both : [as];

export const isOneCompany = ({ companies }: Model) => companies.salesOrg === companies.epc;

/** Describes an operation: who may do it, to which records, and what comes of it. */
export function command<Target>({
  by,
  on,
  plan,
}: {
  by: readonly Party[];
  on: (model: Model) => readonly Target[];
  plan: (target: Target, given: { model: Model; variant: number; roles: readonly Party[] }) => Plan;
}): Command {
  return {
    by,
    plan(model, { as, target: place, variant }) {
      const targets = on(model);
      const target = targets.at(-1 - (place % Math.max(targets.length, 1)));
      return target && plan(target, { model, variant, roles: rolesOf(model, as) });
    },
  };
}

/** The variant of a list; a number beyond it begins anew. */
export function pick<T>(variant: number, [first, ...others]: readonly [T, ...T[]]): T {
  return others[(variant % (others.length + 1)) - 1] ?? first;
}
