import { isDeepStrictEqual } from "node:util";
import { invalid } from "../contract/errors.ts";
import type { Changes } from "../contract/event.ts";
import { custom, externalIds } from "../contract/fields.ts";

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
const maps = { external_ids: externalIds, custom };

const isMap = (field: string): field is keyof typeof maps => Object.hasOwn(maps, field);

/**
 * The values that a change asks for: fields left out stay. Objects are merged, one level deep: what the change leaves
 * out of an address stays too.
 * @throws {ApiError} `invalid` when a map would hold more than it may, which only shows once it is merged.
 */
export function merged(
  before: Record<string, unknown>,
  change: Record<string, unknown>,
): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const [field, to] of Object.entries(change)) {
    if (to === undefined) continue;
    const from = before[field];
    values[field] = isPlain(from) && isPlain(to) ? mergedObject(field, from, to) : to;
  }
  return values;
}

/** Whether a change names any field, be it with the value that is there. */
export const namesAny = (change: Record<string, unknown>): boolean =>
  Object.values(change).some((to) => to !== undefined);

function mergedObject(
  field: string,
  from: Record<string, unknown>,
  to: Record<string, unknown>,
): Record<string, unknown> {
  const given = Object.entries(to).filter(([, value]) => value !== undefined);
  const all = { ...from, ...Object.fromEntries(given) };
  if (!isMap(field)) return all;
  const kept = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null));
  requireFits(field, kept);
  return kept;
}

/** @throws {ApiError} `invalid` when a map that was put together holds more than it may. */
export function requireFits(field: keyof typeof maps, map: Record<string, unknown>): void {
  const { error } = maps[field].safeParse(map);
  if (error) throw invalid(`/${field}`, error.issues[0]?.message ?? "Does not fit");
}

const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
