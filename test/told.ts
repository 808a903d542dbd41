import { Ajv2020 } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import { expect } from "vitest";
import type { Sql } from "../src/base/database.ts";
import type { EventEnvelope, EventType } from "../src/contract/catalogue.ts";
import type { Party } from "../src/contract/meta.ts";
import { eventSchema } from "../src/contract/schemas.ts";
import { HeliographError } from "../src/sdk/index.ts";
import { eventsOf, type Pair } from "./service.ts";

/** What a step did: its answer, and what it told whom. */
export interface Told<T> {
  readonly answer: T;
  /** Each event once, in order, with all who got it: `new_install → sales_org, epc`. */
  readonly lines: string[];
  readonly salesOrg: EventEnvelope[];
  readonly epc: EventEnvelope[];
}

/**
 * Runs a step and reads what it added to both feeds. Every body is checked against its published schema for its party,
 * both feeds and the customer's own order for holes, and every body for the step's one request.
 */
export async function told<T>(pair: Pair, step: () => Promise<T>): Promise<Told<T>> {
  const { sales, installer } = pair;
  const heads = {
    sales: await headOf(pair, pair.salesOrg.id),
    epc: await headOf(pair, pair.epc.id),
  };
  const answer = await step();
  const salesOrg = await eventsOf(sales, heads.sales);
  const epc = sales === installer ? [] : await eventsOf(installer, heads.epc);
  expectNoHoles(salesOrg, heads.sales);
  expectNoHoles(epc, heads.epc);
  for (const event of [...salesOrg, ...epc]) expectValid(event);
  const all = Map.groupBy([...salesOrg, ...epc], ({ id }) => id);
  const lines = [...all.values()]
    .toSorted(([a], [b]) => (a?.customer_sequence ?? 0) - (b?.customer_sequence ?? 0))
    .map((copies) => `${copies[0]?.type} → ${copies.map(({ role }) => role).join(", ")}`);
  return { answer, lines, salesOrg, epc };
}

/** Runs a step that must change nothing and tell nobody. */
export async function quiet<T>(pair: Pair, step: () => Promise<T>): Promise<T> {
  const before = await stateOf(pair.service.sql);
  const answer = await step();
  expect(await stateOf(pair.service.sql)).toEqual(before);
  return answer;
}

/**
 * Runs a step that must be refused, change nothing and tell nobody.
 * @returns the rule with its status (`409 deal_open`), or the code with the values that do not fit.
 */
export async function refusal(pair: Pair, step: () => Promise<unknown>): Promise<string> {
  return quiet(pair, async () => {
    try {
      await step();
    } catch (error) {
      if (!(error instanceof HeliographError)) throw error;
      const { status, code, rule, errors = [] } = error.problem;
      return [status, rule ?? code, ...errors.map(({ at }) => at)].join(" ");
    }
    return "not refused";
  });
}

/** The only event of a type among those that a party got. */
export function only<T extends EventType>(
  events: readonly EventEnvelope[],
  type: T,
): Extract<EventEnvelope, { type: T }> {
  const found = events.filter((event) => event.type === type);
  expect(found).toHaveLength(1);
  // Filtered by this very type.
  return found[0] as Extract<EventEnvelope, { type: T }>;
}

const ajv = new Ajv2020({ strict: false, allErrors: true });
formats.default(ajv);
const validators = new Map<string, ReturnType<typeof ajv.compile>>();

/** Checks a body against the schema that is published for its receiver. */
export function expectValid({ type, role, ...rest }: { type: EventType; role: Party }): void {
  const name = `${type} ${role}`;
  const validate = validators.get(name) ?? ajv.compile(eventSchema(type, role));
  validators.set(name, validate);
  const isValid = validate({ type, role, ...rest });
  expect({ isValid, errors: validate.errors ?? [] }, name).toEqual({ isValid: true, errors: [] });
}

function expectNoHoles(events: readonly EventEnvelope[], after: number): void {
  expect(events.map(({ sequence }) => sequence)).toEqual(
    events.map((_, index) => after + 1 + index),
  );
}

async function headOf({ service: { sql } }: Pair, organizationId: string): Promise<number> {
  const [row] = await sql<{ head: number }[]>`
    select head from feeds where organization_id = ${organizationId}
  `;
  return row?.head ?? 0;
}

/** A fingerprint of every table. */
async function stateOf(sql: Sql): Promise<Record<string, string>> {
  const tables = await sql<{ name: string }[]>`
    select relname as name from pg_class
    where relkind in ('r', 'p') and not relispartition and relnamespace = 'public'::regnamespace
  `;
  const state: Record<string, string> = {};
  for (const { name } of tables) {
    const [row] = await sql<{ print: string | null }[]>`
      select md5(string_agg(t::text, chr(10) order by t::text)) as print from ${sql(name)} t
    `;
    state[name] = row?.print ?? "";
  }
  return state;
}
