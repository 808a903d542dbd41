import { eventDefinition, type EventEnvelope } from "../../../src/contract/catalogue.ts";
import { heliographBody } from "../../../src/contract/formats/heliograph.ts";
import type { Party } from "../../../src/contract/meta.ts";

/** A line of a body's text, and whether it was kept back. */
export interface Line {
  readonly text: string;
  readonly isHidden: boolean;
}

/** What one side was told of an event. */
export interface TellingOf {
  readonly lines: readonly Line[];
  /** Paths of what was kept back, without what is inside of them. */
  readonly hidden: readonly string[];
}

/** Why a side was told nothing of an event; undefined when it was told. */
export function whyNotTold({ type, data }: EventEnvelope, role: Party): string | undefined {
  if (!eventDefinition(type).audience.includes(role)) return "This event is not for this side";
  const hadInstaller = !("epc" in data) || data.epc !== null;
  return role === "epc" && !hadInstaller ? "No installer was chosen yet" : undefined;
}

/**
 * What a side was told of an event: the contract's own body for that role, laid over the one that this session may see.
 * What the session itself may not see is in neither.
 */
export function tellingOf(event: EventEnvelope, role: Party): TellingOf {
  const { data, changes = null } = event;
  const seen = { data, ...(changes && { changes }) };
  const body = heliographBody({
    ...event,
    event_id: event.id,
    organization_id: organizationOf(event, role),
    roles: [role],
    data: JSON.stringify(data),
    changes: changes && JSON.stringify(changes),
  });
  const lines: Line[] = [];
  const hidden: string[] = [];
  write(seen, body, "", { text: "", after: "", indent: "", isHidden: false, lines, hidden });
  return { lines, hidden };
}

/** The company that is that side of the deal. */
function organizationOf({ data, organization_id }: EventEnvelope, role: Party): string {
  const party = (data as Partial<Record<Party, { id: string } | null>>)[role];
  return party?.id ?? organization_id;
}

interface Place {
  /** What stands before the value in its line. */
  readonly text: string;
  /** What stands after it. */
  readonly after: string;
  readonly indent: string;
  /** Whether what it is in was kept back. */
  readonly isHidden: boolean;
  readonly lines: Line[];
  readonly hidden: string[];
}

/** Writes a value line by line, as `JSON.stringify` does, beside what was told of it. */
function write(seen: unknown, told: unknown, path: string, place: Place): void {
  const { text, after, indent, lines } = place;
  const isNew = !place.isHidden && isKeptBack(seen, told);
  if (isNew) place.hidden.push(path);
  const isHidden = place.isHidden || isNew;
  const entries = seen !== null && typeof seen === "object" ? Object.entries(seen) : [];
  if (entries.length === 0) {
    lines.push({ text: `${indent}${text}${JSON.stringify(seen)}${after}`, isHidden });
    return;
  }
  const isList = Array.isArray(seen);
  lines.push({ text: `${indent}${text}${isList ? "[" : "{"}`, isHidden });
  for (const [position, [name, value]] of entries.entries()) {
    const inner = told !== null && typeof told === "object" ? Reflect.get(told, name) : undefined;
    write(value, inner as unknown, path === "" ? name : `${path}.${name}`, {
      ...place,
      text: isList ? "" : `${JSON.stringify(name)}: `,
      after: position < entries.length - 1 ? "," : "",
      indent: `${indent}  `,
      isHidden,
    });
  }
  lines.push({ text: `${indent}${isList ? "]" : "}"}${after}`, isHidden });
}

/** Left out, or told as null where it is something. */
const isKeptBack = (seen: unknown, told: unknown) =>
  told === undefined || (told === null && seen !== null);
