import { spawn } from "node:child_process";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { createClient, type Client } from "../src/sdk/index.ts";
import { makeMarket } from "../src/simulation/companies.ts";
import { simulate } from "../src/simulation/simulation.ts";
import { launchChromium } from "../test/console/chromium.ts";

/**
 * Takes the pictures in docs/screens: `npm run screens`, after `npm start` or `npm run check` has built the console. It plays
 * three months of a simulated market on a test server of its own, whose clock began so long ago, adds a receiver that fails, and
 * looks at every page in both themes.
 */
const port = 4490;
const url = `http://localhost:${port}`;
const operatorKey = "operator-key-for-the-pictures-of-the-console";
const folder = fileURLToPath(new URL("../docs/screens", import.meta.url));

const wide = { width: 1440, height: 900 };
const phone = { width: 390, height: 844 };

interface Places {
  readonly survey: string;
  readonly customer: string;
  readonly endpoint: string;
  readonly event: string;
  /** Addresses of pages for a customer and a signer, by the name of the picture. */
  readonly links: readonly (readonly [name: string, address: string])[];
}

const pictures = ({ survey, customer, endpoint, event }: Places) =>
  [
    ["overview", "/"],
    ["pipeline", "/pipeline"],
    ["deal", `/deals/${survey}`],
    ["next-steps", `/deals/${survey}/next-steps`],
    ["customer", `/customers/${customer}`],
    ["appointments", "/appointments"],
    ["installs", "/installs"],
    ["map", "/map"],
    ["events", `/events?event=${event}`],
    ["issues", "/issues"],
    ["endpoints", "/endpoints"],
    ["endpoint", `/endpoints/${endpoint}`],
    ["playground", "/playground"],
    ["catalogue", "/event-types"],
    ["event-type", "/event-types/new_install"],
    ["settings", "/settings"],
  ] as const;
/** Those that people use on a phone. */
const onPhones = new Set(["deal", "appointments", "installs"]);

const dayMs = 86_400_000;
/** How far back the market goes, in milliseconds: so long takes a deal from lead to permission to operate. */
const pastMs = 91 * dayMs;
const leads = 160;
/** The same market each time. */
const seed = 10;

const data = await mkdtemp(join(tmpdir(), "heliograph-screens-"));
const service = spawn(
  process.execPath,
  [fileURLToPath(new URL("../src/main.ts", import.meta.url))],
  {
    env: {
      ...process.env,
      PORT: String(port),
      HELIOGRAPH_DATA_DIR: data,
      HELIOGRAPH_OPERATOR_KEY: operatorKey,
      HELIOGRAPH_EGRESS_ALLOW: "127.0.0.0/8",
      HELIOGRAPH_TEST_CLOCK: new Date(Date.now() - pastMs).toISOString(),
    },
    stdio: ["ignore", "pipe", "inherit"],
  },
);
let isLedgerDown = false;
const receiver = createServer((request, response) => {
  const status = isLedgerDown && request.url === "/ledger" ? 503 : 204;
  request.resume().on("end", () => response.writeHead(status).end());
});
receiver.listen(0, "127.0.0.1");
try {
  await untilReady();
  const { key, client } = await playMarket(createClient({ url, key: operatorKey }));
  const places = await addTrouble(client);
  await mkdir(folder, { recursive: true });
  await takeAll(key, places);
} finally {
  service.kill("SIGTERM");
  receiver.close();
  await new Promise((resolve) => service.once("exit", resolve));
  await rm(data, { recursive: true, force: true });
}

/** What it says is read on, or it could not go on. */
function untilReady(): Promise<void> {
  return new Promise((resolve, reject) => {
    service.stdout.setEncoding("utf8").on("data", (text: string) => {
      if (text.includes("is ready")) resolve();
    });
    service.once("exit", (code) => reject(new Error(`The service ended with ${code}`)));
  });
}

/** Three months of a simulated market, up to now, of which two endpoints are told. @returns whom the pictures are seen by. */
async function playMarket(operator: Client): Promise<{ key: string; client: Client }> {
  const { signal } = new AbortController();
  const market = await makeMarket({ url, signal }, { operatorKey, seed, orgs: 1 });
  const [{ seller }] = market.pairs;
  await addEndpoint(seller.client, { path: "crm", description: "CRM" });
  await addEndpoint(seller.client, { path: "ledger", description: "Commission ledger" });
  const { testClocks } = operator;
  const report = await simulate({
    url,
    // The endpoints of the simulation itself are none of the pictures'.
    market: { ...market, isOwn: true },
    seed,
    deals: leads,
    rate: 200,
    faults: [],
    settleMs: 60_000,
    span: { testClocks, ms: pastMs },
    signal,
    onProgress: () => undefined,
  });
  if (report.verdict !== "whole") throw new Error("The market is not whole");
  // Playing took a while; the console tells ages by the browser's clock.
  await testClocks.move({ now: new Date().toISOString() });
  const { key } = await operator.keys.create({ id: seller.id, name: "Casey Coordinator" });
  return { key, client: createClient({ url, key }) };
}

async function addEndpoint(
  client: Client,
  { path, description }: { path: string; description: string },
): Promise<void> {
  const address = receiver.address();
  const receiverPort = typeof address === "object" ? address?.port : undefined;
  await client.endpoints.create({ url: `http://127.0.0.1:${receiverPort}/${path}`, description });
}

/** A receiver that answers 503, so that the pages show what they are for. */
async function addTrouble(client: Client): Promise<Places> {
  isLedgerDown = true;
  const survey = await eventfulDeal(client);
  const { data: some } = await client.surveys.search({ limit: 12 });
  for (const { customer_id: id } of some) {
    await client.notes.create({ id, body: "Asked to be called after 5 pm" });
  }
  const { data: endpoints } = await client.endpoints.list();
  const { data: newest } = await client.events.list({ before: Number.MAX_SAFE_INTEGER, limit: 1 });
  return {
    survey: survey.id,
    customer: survey.customer_id,
    endpoint: endpoints.find(({ url: to }) => to.endsWith("/ledger"))?.id ?? "",
    event: newest[0]?.id ?? "",
    links: await addLinks(client),
  };
}

/** The deal that is being built of which most was told. */
async function eventfulDeal(client: Client) {
  const told = new Map<string, number>();
  for await (const event of client.events.listAll()) {
    const { id } = event.data.customer;
    told.set(id, (told.get(id) ?? 0) + 1);
  }
  const { data: built } = await client.surveys.search({ stage: "installing", limit: 200 });
  const times = ({ customer_id }: { customer_id: string }) => told.get(customer_id) ?? 0;
  const [first] = built.toSorted((a, b) => times(b) - times(a));
  if (!first) throw new Error("Nothing is being built: choose another seed");
  return first;
}

/** A link of each kind that people hold in their hands, of a contract that is still to be signed. */
async function addLinks(client: Client): Promise<Places["links"]> {
  const now = new Date().toISOString();
  const { data: visits } = await client.appointments.search({ from: now });
  const { data: unsigned } = await client.surveys.search({ stage: "contract_sent" });
  const { data: agreements } = await client.agreements.list({ id: unsigned[0]?.id ?? "" });
  const agreement = agreements.at(-1);
  const id = agreement?.proposal_id ?? "";
  const [visit, proposal, signing] = await Promise.all([
    client.appointmentLinks.create({ id: visits[0]?.id ?? "" }),
    client.proposalLinks.create({ id }),
    client.agreementLinks.create({
      id: agreement?.id ?? "",
      signer_id: agreement?.signers[0]?.id ?? "",
    }),
  ]);
  return [
    ["link-appointment", visit.url],
    ["link-proposal", proposal.url],
    ["link-agreement", signing.url],
  ];
}

async function takeAll(key: string, places: Places): Promise<void> {
  const browser = await launchChromium();
  for (const theme of ["light", "dark"] as const) {
    for (const [size, suffix] of [
      [wide, theme],
      [phone, `phone-${theme}`],
    ] as const) {
      const context = await browser.newContext({
        colorScheme: theme,
        viewport: size,
        reducedMotion: "reduce",
      });
      const page = await context.newPage();
      await page.goto(`${url}/sign-in`);
      await page.getByLabel("Key").fill(key);
      await page.getByRole("button", { name: "Sign in" }).click();
      await page.locator("#page").waitFor();
      for (const [name, path] of pictures(places)) {
        if (size === phone && !onPhones.has(name)) continue;
        await take(page, `${url}${path}`, `${name}-${suffix}.png`);
      }
      for (const [name, address] of size === phone ? places.links : []) {
        // Addresses that differ behind the # only are one page to a browser.
        await page.goto("about:blank");
        await take(page, address, `${name}-${suffix}.png`);
      }
      await context.close();
    }
  }
  await browser.close();
}

async function take(page: Page, address: string, name: string): Promise<void> {
  await page.goto(address);
  await page.getByRole("heading", { level: 1 }).first().waitFor();
  await page.getByRole("status", { name: "Loading" }).first().waitFor({ state: "detached" });
  // What a page reads after its first picture of itself.
  await page.waitForTimeout(1_500);
  await page.screenshot({ path: join(folder, name) });
}
