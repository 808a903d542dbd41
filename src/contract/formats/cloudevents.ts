import { eventDefinition } from "../catalogue.ts";
import type { FactEntry } from "./entry.ts";
import { heliographBody } from "./heliograph.ts";

/** Digits of the largest integer that a JSON number holds exactly. */
const sequenceDigits = 16;

/**
 * Body of a delivery as a CloudEvents 1.0 event in structured mode.
 *
 * - `type` is `heliograph.` and the event's name. The specification would like a reverse-DNS prefix; a self-hosted
 *   system has no domain of its own that is the same everywhere, and the type must be. It never changes.
 * - `source` and `id` together are unique: an event has one id, and each organization has a feed of its own.
 * - `dataschema` must be an absolute URI, and the server's address is no part of an event; so it is a name, not a
 *   link: `urn:heliograph:schema:<event>:<schema version>`. The schema is `GET /v1/schemas/<event>.json`.
 * - `sequence` and `customersequence` are texts that sort as the numbers do, as the sequence extension asks.
 *
 * @throws {Error} when the entry has no role.
 */
export function cloudeventsBody(entry: FactEntry): Record<string, unknown> {
  const body = heliographBody(entry);
  const { actor, cause, data, changes } = body;
  // Every event carries its subject and the customer as records with an id.
  const records = data as Readonly<Record<string, { readonly id: string } | undefined>>;
  return {
    specversion: "1.0",
    id: body["id"],
    source: `/organizations/${entry.organization_id}`,
    type: `heliograph.${entry.type}`,
    time: body["timestamp"],
    subject: records[eventDefinition(entry.type).subject]?.id,
    datacontenttype: "application/json",
    dataschema: `urn:heliograph:schema:${entry.type}:${entry.schema_version}`,
    sequence: sortable(entry.sequence),
    customersequence: sortable(entry.customer_sequence),
    partitionkey: records["customer"]?.id,
    role: body["role"],
    data: { actor, cause, data, ...(changes !== undefined && { changes }) },
  };
}

const sortable = (position: number) => String(position).padStart(sequenceDigits, "0");
