import { tmpdir } from "node:os";
import { connect, transaction, type Sql } from "../src/base/database.ts";
import { createDiskFileStore } from "../src/base/fileStore.ts";
import { newId } from "../src/base/id.ts";
import { createSeal } from "../src/base/seal.ts";
import type { Context } from "../src/flow/context.ts";
import { createFileLinks } from "../src/flow/fileLinks.ts";
import { createNote, updateCustomer } from "../src/flow/customers.ts";
import type { BenchConnection } from "./server.ts";
import type { BenchOrganization } from "./feeds.ts";

/** A statement as it went to PostgreSQL. */
interface Statement {
  readonly text: string;
  readonly parameters: readonly unknown[];
}

/** The statements of one command, in order, and what in their parameters belongs to that one run of it. */
export interface Recording {
  /** Those that the command sends at once, without an answer between them, are together. */
  readonly statements: readonly (readonly Statement[])[];
  readonly organizationId: string;
  readonly customerId: string;
}

/**
 * Runs a note and a change of a customer once each and keeps the statements of their transactions, so that what is
 * driven bare is what the commands issue, today and after every change of them.
 */
export async function recordCommands(
  connection: BenchConnection,
  { id: organizationId, customerIds: [customerId = ""] }: BenchOrganization,
): Promise<Recording[]> {
  let statements: Statement[][] = [];
  let atOnce: Statement[] | undefined;
  const debug = (_: number, text: string, parameters: unknown[]) => {
    if (/^(begin|commit)/i.test(text.trim())) return;
    if (!atOnce) {
      statements.push((atOnce = []));
      setImmediate(() => (atOnce = undefined)); // an answer takes a turn of the event loop at least
    }
    // The driver overwrites the list with what it sends.
    atOnce.push({ text, parameters: [...parameters] });
  };
  const sql = connect({ ...connection, debug }, { max: 1, name: "heliograph-bench" });
  const context = contextOf(sql, organizationId);
  const call = { params: { id: customerId }, query: {} };
  const commands = [
    () => createNote(context, { ...call, body: { body: "Called, wants a second visit" } }),
    (kwh: number) => updateCustomer(context, { ...call, body: { annual_usage_kwh: kwh } }),
  ];
  const recordings: Recording[] = [];
  for (const run of commands) {
    await run(8_000); // a statement that is new to its connection is described first, and then nothing goes at once
    statements = [];
    await run(9_000);
    recordings.push({ statements: statements.slice(), organizationId, customerId });
  }
  await sql.end();
  return recordings;
}

/** Drives a command's statements in one transaction, for another customer, and with ids of their own. */
export async function replay(
  sql: Sql,
  { statements, organizationId, customerId }: Recording,
  target: { organizationId: string; customerId: string },
): Promise<void> {
  const replacing = new Map<string, string>([
    [organizationId, target.organizationId],
    [customerId, target.customerId],
  ]);
  await transaction(sql, async (tx) => {
    for (const atOnce of statements) {
      await Promise.all(
        atOnce.map(({ text, parameters }) => {
          const own = parameters.map((value) => withIds(value, replacing));
          return tx.unsafe(text, own as never[], { prepare: true });
        }),
      );
    }
  });
}

/** Made anew each time: the ids of what the command writes. */
const written = /\b(evt|not)_[0-7][0-9a-z]{25}\b/g;

function withIds(value: unknown, replacing: Map<string, string>): unknown {
  if (Array.isArray(value)) return value.map((item) => withIds(item, replacing));
  if (typeof value !== "string") return value;
  for (const [id, prefix = ""] of value.matchAll(written)) {
    if (!replacing.has(id)) replacing.set(id, newId(prefix));
  }
  let text = value;
  for (const [from, to] of replacing) text = text.replaceAll(from, to);
  return text;
}

function contextOf(sql: Sql, organizationId: string): Context {
  const key = "a key of the benchmark, which seals and signs nothing";
  return {
    sql,
    seal: createSeal(key),
    files: createDiskFileStore(tmpdir()),
    links: createFileLinks(key, "http://localhost"),
    checkUrl: () => ({ ok: true }),
    caller: {
      organizationId,
      roles: ["sales_org"],
      scopes: ["flow:write"],
      actor: { kind: "api_key", id: null, name: "Benchmark" },
    },
    requestId: newId("req"),
    idempotency: null,
    ifMatch: null,
    onAppended: () => undefined,
  };
}
