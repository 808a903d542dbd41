import { setTimeout as delay } from "node:timers/promises";
import type { Delivery } from "../../contract/resources/explanation.ts";
import type { Client } from "../../sdk/index.ts";
import { isSettled } from "./glyphs.ts";

/** How often it is looked again, in milliseconds. */
const lookMs = 150;

/** Why a delivery waits that will not be made soon: nobody can say when. */
const stuck: ReadonlySet<Delivery["reason_code"]> = new Set([
  "paused",
  "disabled",
  "receiver_down",
]);

/**
 * Where an event stands at each endpoint, once nothing of it is on its way, or the time is over.
 * @param options.isBrief does not wait for endpoints that are paused, disabled or down.
 */
export async function settled(
  client: Client,
  eventId: string,
  {
    timeoutMs,
    signal,
    isBrief = false,
  }: { timeoutMs: number; signal: AbortSignal; isBrief?: boolean },
): Promise<readonly Delivery[]> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const { data } = await client.eventDeliveries.get({ id: eventId }, { signal });
    const isDone = data.every(
      ({ state, reason_code }) => isSettled(state) || (isBrief && stuck.has(reason_code)),
    );
    if (isDone || Date.now() >= deadline) return data;
    await delay(lookMs, undefined, { signal });
  }
}
