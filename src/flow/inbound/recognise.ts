import type { InboundEntity, InboundShape } from "../../contract/inbound.ts";
import { readName } from "./names.ts";

/** A delivery as it came. */
export interface Came {
  readonly bytes: Uint8Array;
  /** Names of the event outside of the body, the one that counts first. */
  readonly named: readonly (string | null)[];
}

/** What a delivery says of itself. */
export interface Recognised {
  readonly vendorEvent: string | null;
  readonly shape: InboundShape;
  readonly entity: InboundEntity | null;
  readonly vendorCustomerId: string | null;
  /** The body as text, when it is UTF-8 without control characters. */
  readonly text: string | null;
  /** What the body tells, without what is around it; undefined when it is not JSON. */
  readonly content: unknown;
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * Finds out what a delivery of Enerflo is: 1.0 compact (`webhook_event`), 1.0 wide (`eventName`, perhaps all of it in
 * `body`), the envelope of 2.0 (`event`, `payload`), or something else. Whatever it is, it never throws.
 */
export function recognise({ bytes, named }: Came): Recognised {
  const text = textOf(bytes);
  const parsed = text === null ? undefined : parsedOf(text);
  const { shape, name, content } = unwrapped(parsed);
  const vendorEvent = [name, ...named].map(nameOf).find((one) => one !== null) ?? null;
  const { entity, vendorCustomerId } = subjectOf(vendorEvent, shape, content);
  return { vendorEvent, shape, entity, vendorCustomerId, text, content };
}

// eslint-disable-next-line no-control-regex
const controls = /[\u0000-\u0008\u000B\u000C\u000E-\u001F]/;

function textOf(bytes: Uint8Array): string | null {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    return controls.test(text) ? null : text;
  } catch {
    return null;
  }
}

function parsedOf(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch {
    return undefined;
  }
}

interface Unwrapped {
  readonly shape: InboundShape;
  readonly name: unknown;
  readonly content: unknown;
}

function unwrapped(parsed: unknown): Unwrapped {
  if (parsed === undefined) return { shape: "other", name: null, content: undefined };
  const root = fieldsOf(parsed);
  if (!root) return { shape: "json", name: null, content: parsed };
  const inner = fieldsOf(own(root, "body"));
  const isAround = inner !== null && nameKeys.every((key) => own(root, key) === undefined);
  const body = isAround ? inner : root;
  const [compact, wide, event] = nameKeys.map((key) => own(body, key));
  if (nameOf(compact) !== null) return { shape: "compact", name: compact, content: body };
  if (nameOf(wide) !== null) return { shape: "wide", name: wide, content: body };
  const payload = own(body, "payload");
  if (nameOf(event) !== null && fieldsOf(payload)) {
    return { shape: "envelope", name: event, content: payload };
  }
  return { shape: "json", name: event, content: body };
}

/** Where bodies name their event. */
const nameKeys = ["webhook_event", "eventName", "event"] as const;

/** A name is short and plain; anything else that stands where one is expected is none. */
const nameOf = (value: unknown): string | null =>
  typeof value === "string" && /^[\w.:-]{1,100}$/.test(value) ? value : null;

/** Where bodies have the id of their customer, the surest first. */
const customerPaths = [
  ["customer", "id"],
  ["customer_id"],
  ["customerId"],
  ["enerflo_customer_id"],
  ["survey", "customer", "id"],
  ["survey", "customer_id"],
  ["install", "customer_id"],
  ["deal", "customer", "id"],
  ["deal", "customerId"],
  ["current", "customerId"],
] as const;

function subjectOf(vendorEvent: string | null, shape: InboundShape, content: unknown) {
  const fields = fieldsOf(content);
  if (!fields) return { entity: null, vendorCustomerId: null };
  const first = (paths: readonly (readonly string[])[]) =>
    paths.map((path) => idOf(followed(fields, path))).find((id) => id !== null) ?? null;
  const kind = vendorEvent === null ? null : readName(vendorEvent).kind;
  const id = kind === null ? null : first(ownPaths(kind, shape));
  return {
    entity: kind === null || id === null ? null : { kind, id },
    vendorCustomerId: kind === "customer" && id !== null ? id : first(customerPaths),
  };
}

/** Where a body has the id of what it is about: in 1.0 it is the thing itself, in 2.0 the thing is a part of it. */
function ownPaths(kind: string, shape: InboundShape): readonly (readonly string[])[] {
  const [itself, part] = [["id"], [camelCase(kind), "id"]];
  const ids = shape === "envelope" ? [part, ["current", "id"], itself] : [itself, part];
  return [...ids, ["uuid"]];
}

const camelCase = (kind: string) =>
  kind.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase());

function followed(fields: Fields, path: readonly string[]): unknown {
  let value: unknown = fields;
  for (const name of path) value = own(fieldsOf(value) ?? {}, name);
  return value;
}

const fieldsOf = (value: unknown): Fields | null =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : null;

const own = (fields: Fields, name: string): unknown =>
  Object.hasOwn(fields, name) ? fields[name] : undefined;

/** Integers beyond what a number holds exactly would be those of others too, so they are no ids. */
function idOf(value: unknown): string | null {
  if (typeof value === "number") return Number.isSafeInteger(value) ? String(value) : null;
  if (typeof value !== "string") return null;
  const isUsable = /^\S{1,200}$/.test(value) && value.isWellFormed() && !value.includes("\u0000");
  return isUsable ? value : null;
}
