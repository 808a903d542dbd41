import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import type { Problem } from "../contract/problem.ts";
import { createClient } from "../sdk/index.ts";
import type { Company, Pair } from "./companies.ts";
import { createPace } from "./pace.ts";
import { newTally, playAll } from "./play.ts";
import { planOf } from "./plan.ts";

const problem = (
  status: number,
  code: Problem["code"],
  rule?: Problem["rule"],
): Partial<Problem> => ({
  status,
  code,
  detail: "Said by the test",
  ...(rule && { rule }),
});

/** What answers in the service's place, request by request. */
async function given(answer: (path: string, nth: number) => Partial<Problem> | object) {
  const asked: { path: string; key: string }[] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? "";
    asked.push({ path, key: String(request.headers["idempotency-key"]) });
    const told = answer(path, asked.length);
    request.resume();
    const status = "status" in told && typeof told.status === "number" ? told.status : 200;
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(told));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = createClient({ url, key: "hk_example", retries: 0 });
  const company: Company = { id: "org_example", name: "Example", party: "sales_org", client };
  const pair: Pair = {
    seller: company,
    installer: company,
    traits: {
      dealType: null,
      appointmentTypes: ["consultation", "site visit"],
      lenders: [],
      hasRep: false,
      mode: "signed",
      hasNextStepsPage: false,
      hasWelcomeCalls: false,
    },
    clients: { sales: client, signing: client, lender: client, installing: client },
    repId: null,
    callpilotSecret: null,
  };
  const tally = newTally();
  const play = (index: number) =>
    playAll([{ pair, plan: planOf({ seed: 1, index, traits: pair.traits }) }], {
      url,
      run: "example",
      pace: createPace(1_000),
      tally,
      signal: new AbortController().signal,
      onProgress: () => undefined,
    });
  return { asked, tally, play };
}

test("a command that the service was too busy for is sent again, by the same key, and counts once", async () => {
  const { asked, tally, play } = await given((_, nth) =>
    nth === 1 ? problem(429, "too_many_requests") : { id: "cus_example" },
  );

  await play(0);

  const [first, second] = asked;
  expect([first?.path, second]).toEqual(["/v1/customers", first]);
  expect(tally.commands.get("customers.create")).toEqual({ sent: 1, refused: 0 });
  expect(tally.troubles).toEqual([]);
});

test("a rule that refuses is counted, other failures are told, and what they should have made is left out", async () => {
  const { asked, tally, play } = await given((path) => {
    if (path.endsWith("/appointments")) return problem(409, "rule", "deal_open");
    return path.endsWith("/notes") ? problem(500, "internal") : { id: "cus_example" };
  });

  // Enough leads that one has a note.
  for (let index = 0; index < 6; index += 1) await play(index);

  const { commands, rules, troubles, leftOut } = tally;
  expect(rules.get("deal_open")).toBe(commands.get("appointments.create")?.refused);
  expect(troubles.length).toBe(commands.get("notes.create")?.sent);
  expect(troubles[0]).toMatchObject({ kind: "notes.create", message: "Said by the test" });
  expect(commands.get("appointments.update")).toBeUndefined();
  expect(leftOut).toBeGreaterThan(0);
  expect(asked.length).toBe([...commands.values()].reduce((sum, { sent }) => sum + sent, 0));
});
