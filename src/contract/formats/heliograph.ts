import { z } from "zod";
import { eventDefinition } from "../catalogue.ts";
import type { Changes } from "../event.ts";
import { unwrap, type Party } from "../meta.ts";
import { isHidden, project } from "../projection.ts";
import {
  isFact,
  roleOf,
  visibleData,
  visibleText,
  type FactEntry,
  type FeedEntry,
} from "./entry.ts";
import { inboundData } from "./inbound.ts";

/**
 * Body of a delivery in our own format. Every key is set here, in this order, so that equal entries give equal text
 * however the caller put them together.
 * @throws {Error} when the entry has no role.
 */
export function heliographBody(entry: FeedEntry): Record<string, unknown> {
  const changes = isFact(entry) ? visibleChanges(entry) : null;
  return {
    ...envelope(entry),
    data: isFact(entry) ? visibleData(entry.type, entry) : inboundData(entry),
    ...(changes && { changes }),
  };
}

/**
 * Text of the same body, of which the stored text of the snapshot becomes a part as it is.
 * @throws {Error} when the entry has no role.
 */
export function heliographText(entry: FeedEntry): string {
  const head = JSON.stringify(envelope(entry)).slice(0, -1);
  // What came in hides nothing: only the company that it came to gets it.
  const data = isFact(entry) ? visibleText(entry) : entry.data;
  const changes = isFact(entry) ? visibleChanges(entry) : null;
  return `${head},"data":${data}${changes ? `,"changes":${JSON.stringify(changes)}` : ""}}`;
}

function envelope(entry: FeedEntry): Record<string, unknown> {
  const { actor, cause } = entry;
  return {
    id: entry.event_id,
    type: entry.type,
    timestamp: entry.timestamp,
    schema_version: entry.schema_version,
    sequence: entry.sequence,
    customer_sequence: entry.customer_sequence,
    organization_id: entry.organization_id,
    role: roleOf(entry),
    actor: { kind: actor.kind, id: actor.id, name: actor.name },
    cause: { command: cause.command, request_id: cause.request_id },
  };
}

/** The changes that the organization may see; null when none is left. */
function visibleChanges(entry: FactEntry): Changes | null {
  const { type, changes, roles } = entry;
  if (changes === null) return null;
  const { data } = eventDefinition(type);
  const kept = Object.entries(JSON.parse(changes) as Changes).flatMap(([path, { from, to }]) => {
    const field = visibleField(data, path.split("."), roles);
    if (!field) return [];
    const show = (value: unknown) => project(field, known(path, value, entry), roles);
    const seen = { from: show(from), to: show(to) };
    // Of an object only a hidden part may have changed; that it changed is not for this organization either.
    return JSON.stringify(seen.from) === JSON.stringify(seen.to) ? [] : [[path, seen] as const];
  });
  return kept.length === 0 ? null : Object.fromEntries(kept);
}

/** Which other installers a deal had or has is not an installer's business: it is told of itself only. */
const known = (path: string, value: unknown, { roles, organization_id }: FeedEntry): unknown =>
  path !== "survey.epc_id" || roles.includes("sales_org") || value === organization_id
    ? value
    : null;

/** The schema of the field at a path; null when a step of it is hidden or unknown. */
function visibleField(
  schema: z.core.$ZodType,
  [name, ...rest]: readonly string[],
  roles: readonly Party[],
): z.core.$ZodType | null {
  if (name === undefined) return schema;
  const inner = unwrap(schema);
  // Names in a record may hold full stops, so the rest of the path is one name.
  if (inner instanceof z.ZodRecord)
    return isHidden(inner.valueType, roles) ? null : inner.valueType;
  const field = step(inner, name);
  if (!field || isHidden(field, roles)) return null;
  return visibleField(field, rest, roles);
}

function step(schema: z.core.$ZodType, name: string): z.core.$ZodType | undefined {
  if (schema instanceof z.ZodArray) return /^\d+$/.test(name) ? schema.element : undefined;
  if (!(schema instanceof z.ZodObject) || !Object.hasOwn(schema.shape, name)) return undefined;
  return schema.shape[name];
}
