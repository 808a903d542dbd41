import type { InboundEntity } from "../../contract/inbound.ts";
import { readName } from "./names.ts";
import type { Said } from "./says.ts";

/** A delivery that is about to be taken, as far as the rule of doubles looks at it. */
export interface Candidate {
  readonly vendorEvent: string | null;
  readonly entity: InboundEntity | null;
  /** Null when it cannot be compared value by value. */
  readonly said: Said | null;
  /** SHA-256 of the body, as hexadecimal. */
  readonly sha256: string;
}

/** A delivery of the same entity that went on within the window. */
export interface Earlier {
  readonly eventId: string;
  readonly vendorEvent: string | null;
  readonly sha256: string;
}

/** The last of them, with what it told. */
export interface Latest extends Earlier {
  readonly said: Said | null;
}

/** Why a delivery is kept out of the feed. */
export interface Double {
  readonly outcome: "double" | "near_empty";
  /** The event that told it before; null when it tells nothing at all. */
  readonly eventId: string | null;
}

/**
 * The rule of doubles. Of the deliveries of one entity that went on within the window, a new one is a double
 *
 * 1. of the latest, when it is the same event or the update of what that one made new, and tells nothing that the latest
 *    does not tell: each of its values stands there at the same place, times of change left out;
 * 2. of any that is the same event, byte for byte, when the body tells when it was changed: a copy that came late. Without
 *    such a time it may be a change there and back, and goes on.
 *
 * What names its event and tells nothing but ids and times is near empty: kept out as a double by 1, when it should make
 * something new, or when it does not even have an id.
 *
 * So nothing is kept out that was not told before, or that tells anything.
 * @param latest null when none went on within the window.
 * @returns null when it goes on.
 */
export function findDouble(
  candidate: Candidate,
  { latest, earlier }: { latest: Latest | null; earlier: readonly Earlier[] },
): Double | null {
  const { vendorEvent, entity, said } = candidate;
  if (vendorEvent === null) return null;
  const isEmpty = said !== null && !said.isSubstantial;
  const isMade = readName(vendorEvent).happened === "made";
  const original = entity && originalOf(candidate, latest, earlier);
  if (original) return { outcome: isEmpty ? "near_empty" : "double", eventId: original.eventId };
  return isEmpty && (isMade || entity === null) ? { outcome: "near_empty", eventId: null } : null;
}

function originalOf(
  candidate: Candidate,
  latest: Latest | null,
  earlier: readonly Earlier[],
): Earlier | undefined {
  if (latest && isToldBy(candidate, latest)) return latest;
  if (candidate.said?.isDated !== true) return undefined;
  return earlier.find((one) => isCopy(candidate, one));
}

function isToldBy(candidate: Candidate, latest: Latest): boolean {
  if (isCopy(candidate, latest)) return true;
  if (!isSameOrUpdate(candidate.vendorEvent, latest.vendorEvent)) return false;
  const [said, before] = [candidate.said, latest.said];
  return said !== null && before !== null && said.values.isSubsetOf(before.values);
}

const isCopy = (candidate: Candidate, one: Earlier) =>
  candidate.vendorEvent === one.vendorEvent && candidate.sha256 === one.sha256;

function isSameOrUpdate(event: string | null, before: string | null): boolean {
  if (event === null || before === null) return false;
  return (
    event === before ||
    (readName(event).happened === "changed" && readName(before).happened === "made")
  );
}
