import { setTimeout as delay } from "node:timers/promises";
import type { Delivery } from "../../contract/resources/explanation.ts";
import type { Client } from "../../sdk/index.ts";
import { isSettled } from "./glyphs.ts";

/** How often it is looked again, in milliseconds. */
const lookMs = 150;

/** Where an event stands at each endpoint, once nothing of it is on its way, or the time is over. */
export async function settled(
  client: Client,
  eventId: string,
  { timeoutMs, signal }: { timeoutMs: number; signal: AbortSignal },
): Promise<readonly Delivery[]> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const { data } = await client.eventDeliveries.get({ id: eventId }, { signal });
    if (data.every(({ state }) => isSettled(state)) || Date.now() >= deadline) return data;
    await delay(lookMs, undefined, { signal });
  }
}
