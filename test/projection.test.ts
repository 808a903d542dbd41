import { describe, expect } from "vitest";
import { operation, operationNames } from "../src/contract/operations.ts";
import { eventsOf, test } from "./service.ts";
import { givenWorld, send, type World } from "./world.ts";

/** What one party never sees, with how it looks in this world. */
const hidden = {
  epc: [
    "lead_source",
    "dealer_fee_cents",
    "commission_base_cents",
    "commission_cents",
    "123456789",
  ],
  sales_org: ["install_cost_cents", "987654321"],
} as const;

const parties = [
  ["epc", (world: World) => world.installerKey],
  ["sales_org", (world: World) => world.salesKey],
] as const;

/** What it names, as a field, a part of a path, or a value. */
const shown = (text: string, names: readonly string[]) =>
  names.filter((name) => new RegExp(`["./]${name}["/]|:${name}[,}]`).test(text));

const reads = operationNames.filter((name) => {
  const { method, answerKind, callers } = operation(name);
  return method === "GET" && answerKind === "json" && callers.length > 0;
});

describe.each(parties)("the %s", (party, keyOf) => {
  test("sees nothing hidden from it in any answer", async ({ service }) => {
    const world = await givenWorld(service);
    const key = keyOf(world);
    const other = await Promise.all(
      reads.map(async (name) =>
        (await send(service, name, { ids: world.ids, key: otherKey(world) })).text(),
      ),
    );
    // The other party does see it, so it is there to be hidden.
    expect(shown(other.join(), hidden[party])).toEqual(hidden[party]);

    for (const name of reads) {
      const response = await send(service, name, { ids: world.ids, key });
      expect(shown(await response.text(), hidden[party]), name).toEqual([]);
    }
    function otherKey({ salesKey, installerKey }: World) {
      return party === "epc" ? salesKey : installerKey;
    }
  });

  test("sees nothing hidden from it in its feed, changes included", async ({ service }) => {
    const world = await givenWorld(service);
    const client = service.clientOf(keyOf(world));
    const events = await eventsOf(client);
    expect(events.length).toBeGreaterThan(5);

    for (const event of events) {
      expect(shown(JSON.stringify(event), hidden[party]), event.type).toEqual([]);
      expect(await client.events.get({ id: event.id })).toEqual(event);
    }
    const stream = await fetch(new URL("/v1/events/stream?after=0", service.url), {
      headers: { authorization: `Bearer ${keyOf(world)}` },
    });
    const text = await readUntil(stream, `id: ${events.at(-1)?.sequence}\n`);
    expect(shown(text, hidden[party])).toEqual([]);
  });

  test("sees nothing hidden from it in answers to its own writes", async ({ service }) => {
    const world = await givenWorld(service);
    const key = keyOf(world);
    const { ids } = world;
    const answers = await Promise.all([
      send(service, "updateInstall", { ids, key, body: '{"stage":"Permits"}' }),
      send(service, "createInstallNote", { ids, key, body: '{"body":"x"}' }),
      send(service, "updateMilestone", { ids, key, body: '{"status":"ready"}' }),
      send(service, "completeInstall", { ids, key }),
      send(service, "voidInstall", { ids, key }),
    ]);

    for (const answer of answers) expect(shown(await answer.text(), hidden[party])).toEqual([]);
  });
});

/** Reads a stream as far as a text. */
async function readUntil(response: Response, end: string): Promise<string> {
  let text = "";
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    if (text.includes(end) && text.endsWith("\n\n")) break;
  }
  return text;
}
