import { describe, expect } from "vitest";
import { z } from "zod";
import { unwrap, type Party } from "../src/contract/meta.ts";
import { operation, operationNames } from "../src/contract/operations.ts";
import { isHidden } from "../src/contract/projection.ts";
import { expectProblem } from "./problems.ts";
import {
  givenDeal,
  givenFinalizedProposal,
  givenInstall,
  pricing,
  primary,
  signAll,
} from "./deals.ts";
import { eventsOf, givenOneCompany, givenPair, test, type Pair } from "./service.ts";
import { only, quiet } from "./told.ts";
import { exampleBody, givenWorld, send, type World } from "./world.ts";

/** What one party never sees, with how it looks in this world. */
const hidden = {
  epc: [
    "lead_source",
    "base_price_cents",
    "equipment_cents",
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

  test("cannot set what is hidden from it, nor learn by trying", async ({ service }) => {
    const world = await givenWorld(service);
    const stored = { commission_cents: 123_456_789, install_cost_cents: 987_654_321 };
    const tried = operationNames.flatMap((name) => {
      const { callers, body } = operation(name);
      const places = callers.includes(party) ? placesHiddenFrom(party, body) : [];
      return places.map((place) => ({ name, place }));
    });
    expect(tried.map(({ name }) => name)).toContain("updateInstall");

    for (const { name, place } of tried) {
      const example = exampleBody(operation(name), world.ids) as object;
      for (const body of [example, { ...example, ...stored }]) {
        const given = { ids: world.ids, key: keyOf(world), body: JSON.stringify(body) };
        const answer = await quiet(world, () => send(service, name, given));
        const { errors } = await expectProblem(answer, "invalid");
        expect(errors, name).toContainEqual({ at: place, message: "Is not yours to set" });
      }
    }
  });
});

/** Places in a body that are hidden from a party, as JSON Pointers. */
function placesHiddenFrom(party: Party, schema: z.core.$ZodType, at = ""): string[] {
  if (isHidden(schema, [party])) return [at];
  const inner = unwrap(schema);
  if (inner instanceof z.ZodArray) return placesHiddenFrom(party, inner.element, `${at}/0`);
  if (!(inner instanceof z.ZodObject)) return [];
  return Object.entries(inner.shape as z.core.$ZodShape).flatMap(([name, field]) =>
    placesHiddenFrom(party, field, `${at}/${name}`),
  );
}

describe("a company that is both parties", () => {
  test("sets what is hidden from either", async ({ service }) => {
    const pair = await givenOneCompany(service);
    const { id } = await givenInstall(pair);

    const install = await pair.sales.installs.update({
      id,
      commission_cents: 210_000,
      install_cost_cents: 1_800_000,
    });

    expect(install).toMatchObject({ commission_cents: 210_000, install_cost_cents: 1_800_000 });
  });
});

describe("the dealer fee", () => {
  test("does not follow from what an installer sees: two fees look the same", async ({
    service,
  }) => {
    const pair = await givenPair(service);
    const without = { ...pricing, base_price_cents: 3_206_000, dealer_fee_cents: 0 };
    const half = { ...pricing, base_price_cents: 1_478_000, dealer_fee_cents: 1_728_000 };

    const told = [
      await soldFor(pair, { ...without, commission_base_cents: 3_456_000 }),
      await soldFor(pair, { ...half, commission_base_cents: 1_728_000 }),
    ];

    expect(told[0]).toMatchObject({ contract_price_cents: 3_456_000, adders: [{}] });
    expect(told[0]).toEqual(told[1]);
  });

  /** Sells for a price, which must add up. @returns the price as the installer is told it. */
  async function soldFor(pair: Pair, price: typeof pricing) {
    const survey = await givenDeal(pair);
    const { id } = await givenFinalizedProposal(pair, { survey, pricing: price });
    await signAll(pair, await pair.sales.agreements.create({ id, signers: [primary] }));
    const events = await eventsOf(pair.installer);
    const ours = events.filter(({ data }) => "survey" in data && data.survey?.id === survey.id);
    return only(ours, "new_install").data.proposal.pricing;
  }
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
