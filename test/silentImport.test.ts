import { expect } from "vitest";
import { test } from "./mainProcess.ts";
import { givenSales, operatorOf } from "./testServer.ts";

test("an import that tells nobody leaves its mark in the log, and one that tells does not", async ({
  dataDir,
  start,
}) => {
  const service = start();
  const url = await service.ready;
  const { sales } = await givenSales(await operatorOf(dataDir, url), url);
  const begin = (events: "told" | "silent") =>
    sales.imports.create({
      name: "leads.csv",
      system: "crm",
      mapping: { external_id: "Id" },
      events,
    });
  await begin("told");
  const { id } = await begin("silent");
  service.process.kill("SIGTERM");

  const { stderr } = await service.ended;
  const lines = stderr.split("\n").filter((line) => line.includes("tells nobody"));
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0] ?? "")).toMatchObject({ level: "info", import_id: id });
});
