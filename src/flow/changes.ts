import { isDeepStrictEqual } from "node:util";
import type { Changes } from "../contract/event.ts";

/** Fields that every write touches and that say nothing about what changed. */
const bookkeeping = new Set(["version", "updated_at"]);

/**
 * Old and new value of each field that differs, by path `name.field`; null when none does. Compared deeply, the order of
 * keys does not count.
 */
export function changesBetween(
  name: string,
  before: Record<string, unknown>,
  after: Record<string, unknown>,
): Changes | null {
  const changes: Record<string, { from: unknown; to: unknown }> = {};
  for (const [field, to] of Object.entries(after)) {
    if (bookkeeping.has(field) || isDeepStrictEqual(before[field], to)) continue;
    changes[`${name}.${field}`] = { from: before[field] ?? null, to };
  }
  return Object.keys(changes).length > 0 ? changes : null;
}

/** Fields whose entries are removed by null: maps from a free name to a value. */
const maps = new Set(["external_ids", "custom"]);

/**
 * The values that a change asks for: fields left out stay. Objects are merged, one level deep: what the change leaves
 * out of an address stays too.
 */
export function merged(
  before: Record<string, unknown>,
  change: Record<string, unknown>,
): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const [field, to] of Object.entries(change)) {
    if (to === undefined) continue;
    const from = before[field];
    values[field] = isPlain(from) && isPlain(to) ? mergedObject(from, to, maps.has(field)) : to;
  }
  return values;
}

function mergedObject(
  from: Record<string, unknown>,
  to: Record<string, unknown>,
  nullRemoves: boolean,
): Record<string, unknown> {
  const given = Object.entries(to).filter(([, value]) => value !== undefined);
  const all = { ...from, ...Object.fromEntries(given) };
  if (!nullRemoves) return all;
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null));
}

const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
