import type { InboundData } from "../inbound.ts";
import { inboundType } from "../inboundType.ts";
import type { Format } from "../resources/delivery.ts";
import { roleOf, type FeedEntry } from "./entry.ts";

/** What an inbound entry holds. It hides nothing: only the company that it came to gets it. */
// The stored text was made from this very schema.
export const inboundData = (entry: FeedEntry): InboundData => JSON.parse(entry.data) as InboundData;

/** The body as it came, byte for byte. */
export function inboundBytes({ body_text, body_base64 }: InboundData): Uint8Array {
  if (body_text !== null) return new TextEncoder().encode(body_text);
  return Uint8Array.from(atob(body_base64 ?? ""), (character) => character.charCodeAt(0));
}

const isJsonType = (contentType: string) => /^application\/(\S+\+)?json\s*(;|$)/i.test(contentType);

/** The media type of the body as it came; where none was named, what it looks like. */
function contentTypeOf({ content_type, shape }: InboundData): string {
  return content_type ?? (shape === "other" ? "application/octet-stream" : "application/json");
}

/** Value of the `content-type` header of an inbound entry that is sent as it came. */
export const inboundContentType = (entry: FeedEntry): string => contentTypeOf(inboundData(entry));

/** Digits of the largest integer that a JSON number holds exactly. */
const sortable = (position: number) => String(position).padStart(16, "0");

/**
 * Text of an inbound entry's CloudEvent in structured mode: `data` is the body as it came, of the type that it came as.
 * JSON stands there character for character, not read and written anew, so that no number changes.
 */
export function inboundCloudevent(entry: FeedEntry): string {
  const data = inboundData(entry);
  const datacontenttype = contentTypeOf(data);
  const attributes = JSON.stringify({
    specversion: "1.0",
    id: entry.event_id,
    source: `/organizations/${entry.organization_id}`,
    type: `heliograph.${inboundType}`,
    time: entry.timestamp,
    ...(data.entity && { subject: `${data.entity.kind}/${data.entity.id}` }),
    datacontenttype,
    sequence: sortable(entry.sequence),
    customersequence: sortable(entry.customer_sequence),
    partitionkey: data.subject_id,
    role: roleOf(entry),
    inletid: data.source.inlet_id,
    ...(data.vendor_event !== null && { vendorevent: data.vendor_event }),
  });
  return `${attributes.slice(0, -1)},${cloudeventData(data, isJsonType(datacontenttype))}}`;
}

function cloudeventData(data: InboundData, isDeclaredJson: boolean): string {
  const { body_text, body_base64, shape } = data;
  if (body_text === null) return `"data_base64":${JSON.stringify(body_base64)}`;
  if (!isDeclaredJson) return `"data":${JSON.stringify(body_text)}`;
  if (shape !== "other") return `"data":${body_text.replace(/^\uFEFF/, "")}`;
  // What calls itself JSON and is not must not stand where JSON is expected.
  return `"data_base64":${JSON.stringify(base64Of(body_text))}`;
}

const base64Of = (text: string) =>
  btoa(Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join(""));

/** Bytes of a delivery's body where they are not the text of `renderBody`; null where they are. */
export const bytesAsTheyCame = (entry: FeedEntry, format: Format): Uint8Array | null =>
  entry.type === inboundType && format === "enerflo_v1" ? inboundBytes(inboundData(entry)) : null;
