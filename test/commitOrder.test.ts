import { describe, expect } from "vitest";
import type { Db } from "../src/base/database.ts";
import { inARow, outcome } from "./crowd.ts";
import { givenInstall } from "./deals.ts";
import { eventsOf, givenCustomer, givenPair, test, type Service } from "./service.ts";

/**
 * Two commands on two customers of one seller: the first also tells the installer, whose feed is locked. It stops
 * with its position in the seller's feed taken; nothing but that stops the second.
 */
async function givenTwo(service: Service) {
  const pair = await givenPair(service);
  const { sales } = pair;
  const install = await givenInstall(pair);
  const other = await givenCustomer(pair);
  const steps = [
    () => sales.installNotes.create({ id: install.id, body: "First" }),
    () => sales.notes.create({ id: other.id, body: "Second" }),
  ];
  const lock = (tx: Db) =>
    tx`select 1 from feeds where organization_id = ${pair.epc.id} for update`;
  const run = (act: (processes: readonly number[]) => Promise<unknown>) =>
    inARow(
      service.sql,
      lock,
      steps.map((step) => () => outcome(step)),
      act,
    );
  const { length: head } = await eventsOf(sales);
  return { run, head, added: () => eventsOf(sales, head) };
}

describe("a command that has its position but has not committed", () => {
  test("is not overtaken in the feed by one that could commit before it", async ({ service }) => {
    const { run, head, added } = await givenTwo(service);

    const came = await run(async () => expect(await added()).toEqual([]));

    expect(came).toEqual(["done", "done"]);
    expect(await added()).toMatchObject([
      { type: "new_install_note", sequence: head + 1 },
      { type: "new_note", sequence: head + 2 },
    ]);
  });

  test("leaves its position to the next one when it loses its connection", async ({ service }) => {
    const { run, head, added } = await givenTwo(service);

    const came = await run(([first = 0]) => service.sql`select pg_terminate_backend(${first})`);

    expect(came).toEqual(["503 unavailable", "done"]);
    expect(await added()).toMatchObject([{ type: "new_note", sequence: head + 1 }]);
  });
});
