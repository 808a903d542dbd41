import { inboundBytes } from "../../contract/formats/inbound.ts";
import type { InboundData, InboundEntity } from "../../contract/inbound.ts";
import type { Inlet } from "../../contract/resources/inlet.ts";
import { wentOnBefore, type LookBack, type WentOn } from "../../store/inboundOrder.ts";
import type { Work } from "../work.ts";
import { findDouble, type Candidate, type Double, type Earlier } from "./doubles.ts";
import { recognise } from "./recognise.ts";
import { whatIsSaid, type Said } from "./says.ts";

/** What lately went on of the things that some deliveries are about: what was there, and what is taken meanwhile. */
export interface Memory {
  /** The database's time, as RFC 3339. */
  readonly now: string;
  /** Holds a delivery against what went on of the same thing. @returns null when it goes on. */
  judge(candidate: Candidate): Double | null;
  /** Keeps that one went on. */
  keep(candidate: Candidate, eventId: string): void;
}

/**
 * Reads what of these things, and of copies of these bodies, went on within the inlet's window, once the things are locked.
 * An inlet that drops nothing remembers nothing.
 */
export async function recall(
  { tx }: Work,
  inlet: Inlet,
  { entities, hashes }: Pick<LookBack, "entities" | "hashes">,
): Promise<Memory> {
  const named = new Map(entities.map((entity) => [nameOf(entity), entity]));
  const asked = inlet.drop_doubles ? [...named] : [];
  const { now, earlier } = await wentOnBefore(tx, {
    inletId: inlet.id,
    windowSeconds: inlet.window_seconds,
    entities: asked.map(([, entity]) => entity),
    hashes,
  });
  const known = new Map(
    asked.map(([name], index) => [name, (earlier[index] ?? []).map(rememberedOf)]),
  );
  const of = ({ entity }: Candidate) => (entity && known.get(nameOf(entity))) ?? [];
  return {
    now,
    judge(candidate) {
      if (!inlet.drop_doubles) return null;
      const before = of(candidate);
      const [last] = before;
      const latest = last ? { ...last, said: last.said() } : null;
      return findDouble(candidate, { latest, earlier: before });
    },
    keep: (candidate, eventId) => {
      const { vendorEvent, sha256, said } = candidate;
      of(candidate).unshift({ eventId, vendorEvent, sha256, said: () => said });
    },
  };
}

/** One that went on; what it told is read only when it is asked for. */
interface Remembered extends Earlier {
  readonly said: () => Said | null;
}

const rememberedOf = ({ event_id, vendor_event, sha256, data }: WentOn): Remembered => ({
  eventId: event_id,
  vendorEvent: vendor_event,
  sha256,
  said: () => (data === null ? null : saidBy(data)),
});

function saidBy(data: string): Said | null {
  const event = JSON.parse(data) as InboundData;
  const { content } = recognise({ bytes: inboundBytes(event), named: [event.vendor_event] });
  return whatIsSaid(content);
}

const nameOf = ({ kind, id }: InboundEntity) => `${kind} ${id}`;
