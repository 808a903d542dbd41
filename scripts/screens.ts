import { spawn } from "node:child_process";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import type { DealStage } from "../src/contract/vocabulary.ts";
import { createClient, type Client } from "../src/sdk/index.ts";
import { launchChromium } from "../test/console/chromium.ts";
import type { z } from "zod";

/**
 * Takes the pictures in docs/screens: `npm run screens`, after `npm start` or `npm run check` has built the console. It plays
 * the demo on a database of its own, adds a market around it and a receiver that fails, and looks at every page in both themes.
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

const people = [
  ["Noor", "Example", "appointment_set"],
  ["Jordan", "Placeholder", "proposal_sent"],
  ["Sam", "Specimen", "design_requested"],
  ["Robin", "Template", "financing"],
  ["Alex", "Mock", "contract_sent"],
  ["Kai", "Pattern", "new"],
  ["Ines", "Draft", "proposal_accepted"],
  ["Priya", "Model", "appointment_sat"],
  ["Tomas", "Sketch", "design_complete"],
  ["Lena", "Outline", "on_hold"],
  ["Omar", "Blueprint", "new"],
  ["Mina", "Facsimile", "lost"],
] as const satisfies readonly (readonly [string, string, z.infer<typeof DealStage>])[];

const data = await mkdtemp(join(tmpdir(), "heliograph-screens-"));
const service = spawn(
  process.execPath,
  [fileURLToPath(new URL("../src/main.ts", import.meta.url)), "--demo"],
  {
    env: {
      ...process.env,
      PORT: String(port),
      HELIOGRAPH_DATA_DIR: data,
      HELIOGRAPH_OPERATOR_KEY: operatorKey,
    },
    stdio: ["ignore", "pipe", "inherit"],
  },
);
const failing = createServer((_, response) => response.writeHead(503).end("Overloaded"));
failing.listen(0, "127.0.0.1");
try {
  await untilPlayed();
  const { key, client } = await signInAsSales();
  await addMarket(client);
  const places = await addTrouble(client);
  await mkdir(folder, { recursive: true });
  await takeAll(key, places);
} finally {
  service.kill("SIGTERM");
  failing.close();
  await new Promise((resolve) => service.once("exit", resolve));
  await rm(data, { recursive: true, force: true });
}

/** The demo says so at its end. What it says is read on, or it could not go on. */
function untilPlayed(): Promise<void> {
  return new Promise((resolve, reject) => {
    service.stdout.setEncoding("utf8").on("data", (text: string) => {
      if (text.includes("The service keeps running")) resolve();
    });
    service.once("exit", (code) => reject(new Error(`The service ended with ${code}`)));
  });
}

async function signInAsSales(): Promise<{ key: string; client: Client }> {
  const operator = createClient({ url, key: operatorKey });
  const { data: organizations } = await operator.organizations.list({});
  const sales = organizations.find(({ roles }) => roles.includes("sales_org"));
  const { key } = await operator.keys.create({ id: sales?.id ?? "", name: "Casey Coordinator" });
  return { key, client: createClient({ url, key }) };
}

/** Customers in all stages, synthetic as everything here. */
async function addMarket({ customers, surveys, appointments, organizations }: Client) {
  const { data: known } = await organizations.list({});
  const installer = known.find(({ roles }) => roles.includes("epc"))?.id ?? null;
  for (const [position, [first_name, last_name, stage]] of people.entries()) {
    const { id } = await customers.create({
      first_name,
      last_name,
      phone: `+1555555${String(1_000 + position)}`,
      address: {
        street: `${position + 2}00 Example Way`,
        city: "Sampleton",
        state: "TX",
        zip: "75001",
      },
    });
    await surveys.create({ id, epc_id: installer, stage });
    if (position % 2 === 1) continue;
    const day =
      Math.floor(Date.now() / 86_400_000) * 86_400_000 + ((position % 5) - 1) * 86_400_000;
    const start = day + (15 + (position % 4) * 2) * 3_600_000;
    await appointments.create({
      id,
      type: "consultation",
      starts_at: new Date(start).toISOString(),
      ends_at: new Date(start + 3_600_000).toISOString(),
      time_zone: "America/Chicago",
    });
  }
}

/** A receiver that answers 503, so that the pages show what they are for. */
async function addTrouble(client: Client): Promise<Places> {
  const address = failing.address();
  const failingPort = typeof address === "object" ? address?.port : undefined;
  const { id: endpoint } = await client.endpoints.create({
    url: `http://127.0.0.1:${failingPort}/hooks`,
    description: "Commission ledger",
  });
  const { data: all } = await client.customers.list({ limit: 200 });
  for (const { id } of all.slice(1, 5))
    await client.notes.create({ id, body: "Asked to be called after 5 pm" });
  const { data: deals } = await client.surveys.search({ q: "Avery" });
  const { data: newest } = await client.events.list({ before: Number.MAX_SAFE_INTEGER, limit: 1 });
  return {
    survey: deals.at(-1)?.id ?? "",
    customer: deals.at(-1)?.customer_id ?? "",
    endpoint,
    event: newest[0]?.id ?? "",
    links: await addLinks(client, deals.at(-1)?.id ?? ""),
  };
}

/** A link of each kind that people hold in their hands. */
async function addLinks(client: Client, survey: string): Promise<Places["links"]> {
  const now = new Date().toISOString();
  const { data: visits } = await client.appointments.search({ from: now });
  const { data: agreements } = await client.agreements.list({ id: survey });
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
