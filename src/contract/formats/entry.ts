import { events, type EventData, type EventType } from "../catalogue.ts";
import type { Actor, Cause } from "../event.ts";
import type { FeedType } from "../inbound.ts";
import { inboundType } from "../inboundType.ts";
import { mayHoldDraft, withoutDrafts } from "../events/snapshot.ts";
import type { Party } from "../meta.ts";
import { projectText, shapeOf } from "../projectedText.ts";
import { project } from "../projection.ts";

/** One entry of an organization's feed: the event with its full snapshot, and how this organization sees it. */
export interface FeedEntry {
  readonly event_id: string;
  readonly type: FeedType;
  readonly timestamp: string;
  readonly schema_version: number;
  readonly sequence: number;
  readonly customer_sequence: number;
  readonly organization_id: string;
  /** As what the organization is party to the customer; the first is the `role` of the body. */
  readonly roles: readonly Party[];
  readonly actor: Actor;
  readonly cause: Cause;
  /** The full snapshot, not yet projected, as the exact JSON text that was stored. */
  readonly data: string;
  /** Fingerprint of the schema that names all there is in `data` (`shapeOf`); without, more may be there. */
  readonly data_shape?: number | null;
  /** JSON text of `Changes`, not yet projected. */
  readonly changes: string | null;
}

/** An entry that tells a fact of the flow. */
export type FactEntry = FeedEntry & { readonly type: EventType };

/** Whether an entry tells a fact of the flow, and not what came in. */
export const isFact = (entry: FeedEntry): entry is FactEntry => entry.type !== inboundType;

/**
 * The role that the body names.
 * @throws {Error} when the entry has none: nothing is hidden from nobody, so such an entry must not be rendered.
 */
export function roleOf({ event_id, roles }: FeedEntry): Party {
  const [role] = roles;
  if (!role) throw new Error(`Event ${event_id} has no role to be rendered for`);
  return role;
}

/**
 * The snapshot as the entry's organization may see it. Fields that are hidden from it are missing, whatever the type
 * says of them.
 * @param type the entry's type, given by itself so that the result has the precise type.
 * @throws {Error} when the entry has no role.
 */
export function visibleData<T extends EventType>(type: T, entry: FeedEntry): EventData<T> {
  roleOf(entry);
  const data = withoutDrafts(JSON.parse(entry.data), entry.roles);
  const seen: unknown = project(events[type].data, data, entry.roles);
  // The stored snapshot was parsed by this very schema; of a type that is only known by name the compiler cannot tell.
  return seen as EventData<T>;
}

/**
 * The same as the JSON text that stands in a body.
 * @throws {Error} when the entry has no role.
 */
export function visibleText(entry: FactEntry): string {
  roleOf(entry);
  const { data: schema } = events[entry.type];
  const isAsNamed = entry.data_shape === shapeOf(schema) && !mayHoldDraft(entry.data, entry.roles);
  const seen = isAsNamed ? projectText(schema, entry.data, entry.roles) : null;
  return seen ?? JSON.stringify(visibleData(entry.type, entry));
}
