import type { ChildProcess } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { connect } from "../src/base/database.ts";
import { eventDefinition, eventTypes } from "../src/contract/catalogue.ts";
import { createClient } from "../src/sdk/index.ts";
import { test } from "./mainProcess.ts";

/** Resolves once a process has printed a text; rejects when it ends before. */
function printed(process: ChildProcess, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let all = "";
    process.stdout?.on("data", (chunk: string) => {
      all += chunk;
      if (all.includes(text)) resolve(all);
    });
    process.once("close", () => reject(new Error(`It ended before it printed ${text}: ${all}`)));
  });
}

/** How often each party got each event, read off the closing table. */
function tableOf(output: string): Map<string, { sales: number; installer: number }> {
  const rows = output.matchAll(/^ {2}(\w+) .* (\d+|–) +(\d+|–)$/gm);
  const times = (cell: string | undefined) => (cell === "–" ? 0 : Number(cell));
  return new Map(
    [...rows].map(([, type = "", sales, installer]) => [
      type,
      { sales: times(sales), installer: times(installer) },
    ]),
  );
}

/** Sales organizations by name. */
async function sellersOf(url: string, dataDir: string) {
  const key = (await readFile(join(dataDir, "operator.key"), "utf8")).trim();
  const operator = createClient({ url, key });
  const sellers = new Map<string, { leads(): Promise<number> }>();
  await expect
    .poll(async () => {
      const { data } = await operator.organizations.list();
      return data.filter(({ roles }) => roles.includes("sales_org")).length;
    })
    .toBe(2);
  for (const { id, name, roles } of (await operator.organizations.list()).data) {
    if (!roles.includes("sales_org")) continue;
    const made = await operator.keys.create({ id });
    const { customers } = createClient({ url, key: made.key });
    sellers.set(name, { leads: async () => (await customers.list({ limit: 200 })).data.length });
  }
  return sellers;
}

const lastWords = "The service keeps running";

describe("npm start -- --demo", () => {
  test("delivers all 32 events, each to whom it concerns and to nobody else", async ({ start }) => {
    const output = await printed(start({}, ["--demo"]).process, lastWords);

    const table = tableOf(output);
    expect([...table.keys()].toSorted()).toEqual(eventTypes.toSorted());
    for (const [type, { sales, installer }] of table) {
      const audience = [...(sales > 0 ? ["sales_org"] : []), ...(installer > 0 ? ["epc"] : [])];
      expect([type, audience]).toEqual([type, [...eventDefinition(type as "new_note").audience]]);
    }
    expect(output).toContain(
      "32 events: 18 to the sales organization alone, 13 to both, 1 to the installer alone",
    );
    expect(output).toContain(
      "every signature held, each feed complete and in order, each event once",
    );
  });

  test("loses nothing when it is killed in the middle and started again", async ({ start }) => {
    for (const line of ["update_note ", "new_agreement ", "submit_install "]) {
      const { process, ended } = start({}, ["--demo"]);
      await printed(process, line);
      process.kill("SIGKILL");
      await ended;
    }
    const output = await printed(start({}, ["--demo"]).process, lastWords);

    expect(output).toContain("32 events: 18 to the sales organization alone");
    expect(output).toContain("every signature held, each feed complete and in order");
    // The story was told once: what was done before a kill was not done again.
    expect(tableOf(output).get("new_customer")).toEqual({ sales: 1, installer: 0 });
    expect(tableOf(output).get("update_install")).toEqual({ sales: 3, installer: 3 });
  });

  test("fills the console with a market of others, and tells the story alone also at the next start", async ({
    dataDir,
    start,
  }) => {
    const { process, ready, ended } = start({}, ["--demo"]);
    const url = await ready;
    const first = await printed(process, lastWords);
    const sellers = await sellersOf(url, dataDir);
    await expect.poll(() => sellers.get("Sample Sun Sales")?.leads()).toBeGreaterThan(20);
    expect(await sellers.get("Sample Solar Sales")?.leads()).toBe(1);
    process.kill("SIGKILL");
    await ended;

    const again = start({}, ["--demo"]);
    const second = await printed(again.process, lastWords);

    expect([...tableOf(second)]).toEqual([...tableOf(first)]);
    expect(second).toContain("each feed complete and in order");
    // It goes on with the market, and does nothing twice.
    const later = await sellersOf(await again.ready, dataDir);
    await expect.poll(() => later.get("Sample Sun Sales")?.leads()).toBe(40);
  });

  test("goes on when nobody reads what it prints any more", async ({ start, openServer }) => {
    const { process } = start({}, ["--demo"]);
    await printed(process, "new_customer ");
    process.stdout?.destroy();
    const { connection } = await openServer();
    const sql = connect(connection, { max: 1, name: "heliograph-test" });
    const told = () => sql<{ type: string }[]>`select distinct type from events`;

    await expect.poll(async () => (await told()).length).toBe(32);
    await sql.end();
    expect(process.exitCode).toBeNull();
  });
});
