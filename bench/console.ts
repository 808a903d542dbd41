import type { Browser, Page } from "playwright-core";
import { StartError } from "../src/base/startError.ts";
import { launchChromium } from "../test/console/chromium.ts";
import {
  measureFirstLoad,
  openBrowser,
  watchFrames,
  type Drawn,
  type FirstLoad,
  type Opening,
} from "./consolePages.ts";
import { scrollToRow, type Reached } from "./consoleScripts.ts";
import {
  makeConsoleWorld,
  rowsOfThePast,
  type Arrived,
  type ConsoleWorld,
} from "./consoleWorld.ts";
import { figureOf } from "./figures.ts";
import { scaled, type Bench, type Row, type Suite, type Table } from "./suite.ts";
import type { Tenant } from "./tenants.ts";

export const consoleSuite: Suite = {
  name: "console",
  title: "The console in a browser",
  about: `Chromium without a window and without a GPU, on the same cores as the service, PostgreSQL and the receiver. A first load has
an empty cache; it ends when the page shows what it is for and answers a click or a key. Code is the page's HTML, scripts and
styles as gzip packs them; all that came over the wire has fonts and answers of the API besides. Frames are what
\`requestAnimationFrame\` is called for, 60 a second at most, and counted as held from 59; meanwhile events of all types arrive, with
deliveries to one endpoint (events) and four (map). The events page is scrolled by a wheel. What is shown is counted in the page itself. On a machine that others use frames
say more of them than of the page; what its main thread had of a processor moves less.`,
  minutes: 3,
  run: runConsole,
};

/** Until as many pulses move as may, and whatever the first events bring about is over. */
const settleMs = 3_000;
const framesMs = 6_000;
const eventsPerSecond = 200;
const mapEventsPerSecond = 35;
const pulses = ".map-pulse";
const rows = "[role=row][aria-rowindex]";
const reachMs = 20_000;

interface Round {
  readonly loads: readonly FirstLoad[];
  readonly formMs: number;
  readonly events: Drawn & Arrived;
  readonly reached: Reached;
  readonly map: Drawn & Arrived;
}

interface Setting {
  readonly bench: Bench;
  readonly world: ConsoleWorld;
  readonly browser: Browser;
}

async function runConsole(bench: Bench): Promise<Table> {
  const browser = await launchChromium().catch((error: Error) => {
    throw new StartError(error.message);
  });
  const world = await makeConsoleWorld(bench);
  const setting = { bench, world, browser };
  try {
    // The service is warm: nobody waits for its first compilation.
    await measureLoads(setting);
    const rounds: Round[] = [];
    for (let round = 1; round <= bench.rounds; round += 1) {
      const measured = await measureRound(setting);
      rounds.push(measured);
      const { events, map } = measured;
      bench.say(`round ${round}: frames/s ${show(events.perSecond)} and ${show(map.perSecond)}`);
    }
    return describe(rounds, await drawnBy(browser));
  } finally {
    await browser.close();
    await world.end();
  }
}

const show = (value: number) => value.toFixed(1);

/** The pages, each with what a person does first. */
const openingsOf = ({ dealId }: ConsoleWorld): readonly Opening[] => [
  { name: "sign-in", path: "/sign-in", use: (page) => page.getByLabel("Key").fill("hgk_") },
  {
    name: "overview",
    path: "/",
    async use(page) {
      await page.getByRole("heading", { name: "Overview", level: 1 }).waitFor();
      await page.getByRole("status", { name: "Loading" }).first().waitFor({ state: "detached" });
      await switchTheme(page);
    },
  },
  {
    name: "events",
    path: "/events",
    async use(page) {
      await page.locator(rows).nth(10).waitFor();
      await switchTheme(page);
    },
  },
  {
    name: "deal",
    path: `/deals/${dealId}`,
    async use(page) {
      await page.getByRole("button", { name: "Change the deal" }).waitFor();
      await switchTheme(page);
    },
  },
];

async function switchTheme(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Use the dark theme" }).click();
  await page.getByRole("button", { name: "Use the light theme" }).waitFor();
}

async function measureLoads({ world, browser }: Setting): Promise<FirstLoad[]> {
  const loads: FirstLoad[] = [];
  const { url } = world.service;
  for (const opening of openingsOf(world)) {
    const key = opening.path === "/sign-in" ? null : world.busy.key;
    const context = await openBrowser(browser, { url, key });
    loads.push(await measureFirstLoad(context, opening));
    await context.close();
  }
  return loads;
}

async function measureRound(setting: Setting): Promise<Round> {
  const { busy, mapped } = setting.world;
  return {
    loads: await measureLoads(setting),
    formMs: await onPage(setting, busy, `/deals/${setting.world.dealId}`, measureForm),
    events: await onPage(setting, busy, "/events", (page) => measureEvents(setting, page)),
    reached: await onPage(setting, busy, "/events", (page) => reachLastRow(setting, page)),
    map: await onPage(setting, mapped, "/map", (page) => measureMap(setting, page)),
  };
}

/** Does something on a page in a browser of its own. */
async function onPage<T>(
  { world, browser }: Setting,
  { key }: Tenant,
  path: string,
  measure: (page: Page) => Promise<T>,
): Promise<T> {
  const context = await openBrowser(browser, { url: world.service.url, key });
  const page = await context.newPage();
  await page.goto(path);
  const measured = await measure(page);
  await context.close();
  return measured;
}

/** From the click that opens a form to its first field, in milliseconds. */
async function measureForm(page: Page): Promise<number> {
  const button = page.getByRole("button", { name: "Change the deal" });
  await button.waitFor();
  const began = performance.now();
  await button.click();
  await page.getByRole("dialog").getByRole("textbox").first().waitFor();
  return performance.now() - began;
}

async function measureEvents({ world }: Setting, page: Page) {
  await page.locator(rows).nth(10).waitFor();
  await page.mouse.move(700, 500);
  return world.withTraffic({ tenant: world.busy, perSecond: eventsPerSecond }, async () => {
    await page.waitForTimeout(settleMs);
    const counting = watchFrames(page, framesMs, rows);
    for (const endsAt = performance.now() + framesMs; performance.now() < endsAt;) {
      await page.mouse.wheel(0, 100);
      await page.waitForTimeout(50);
    }
    return counting;
  });
}

async function reachLastRow({ bench }: Setting, page: Page): Promise<Reached> {
  await page.locator(rows).nth(10).waitFor();
  return page.evaluate<Reached>(scrollToRow(scaled(bench, rowsOfThePast), reachMs));
}

function measureMap({ world }: Setting, page: Page) {
  return world.withTraffic({ tenant: world.mapped, perSecond: mapEventsPerSecond }, async () => {
    await page.locator(".react-flow__edge").nth(40).waitFor({ state: "attached" });
    await page.waitForTimeout(settleMs);
    return watchFrames(page, framesMs, pulses);
  });
}

/** Who draws the pages, as the browser says it. */
async function drawnBy(browser: Browser): Promise<string> {
  const session = await browser.newBrowserCDPSession();
  const { gpu } = await session.send("SystemInfo.getInfo");
  const status = gpu.featureStatus as { gpu_compositing?: string } | undefined;
  const compositing = (status?.gpu_compositing ?? "unknown").replaceAll("_", " ");
  return `Chromium ${browser.version()}, GPU compositing ${compositing}`;
}

function describe(rounds: readonly Round[], drawn: string): Table {
  const of = (pick: (round: Round) => number) => figureOf(rounds.map(pick));
  const names = ["sign-in", "overview", "events", "deal"];
  const loads = names.flatMap((name, index): Row[] => {
    const load = (pick: (load: FirstLoad) => number) =>
      of(({ loads: all }) => pick(all[index] as FirstLoad));
    const code = load(({ codeKb }) => codeKb);
    const usable = load(({ usableMs }) => usableMs);
    return [
      {
        what: `${name}, first load`,
        cells: [code, load(({ wireKb }) => wireKb), null, null, null, null, null],
        target: { of: code, atMost: 180, unit: "KB" },
      },
      {
        what: `${name}, usable`,
        cells: [null, null, usable, null, null, null, null],
        target: { of: usable, atMost: 1_000, unit: "ms" },
      },
    ];
  });
  return {
    columns: [
      "code, KB gzip",
      "all over the wire, KB",
      "ms",
      "frames/s",
      "over 50 ms",
      "main thread, CPU ms/s",
      "shown",
    ],
    rows: [
      ...loads,
      ...describeFrames(rounds),
      { what: drawn, cells: Array.from({ length: 7 }, () => null) },
    ],
  };
}

function describeFrames(rounds: readonly Round[]): Row[] {
  const of = (pick: (round: Round) => number) => figureOf(rounds.map(pick));
  const eventFrames = of(({ events }) => events.perSecond);
  const mapFrames = of(({ map }) => map.perSecond);
  const last = of(({ reached }) => reached.row);
  const rate = (pick: (round: Round) => number) => Math.round(of(pick).median);
  const shownOf = (pick: (round: Round) => number, unit: string) => `${rate(pick)} ${unit}`;
  return [
    {
      what: "deal, a form opened",
      cells: [null, null, of(({ formMs }) => formMs), null, null, null, null],
    },
    {
      what: `events, ${rate(({ events }) => events.arrived)} arriving a second`,
      cells: [
        null,
        null,
        null,
        eventFrames,
        of(({ events }) => events.long),
        of(({ events }) => events.cpuMs),
        shownOf(({ events }) => events.shown, "rows"),
      ],
      target: { of: eventFrames, atLeast: 59, unit: "frames/s" },
    },
    {
      what: "events, dragged to the end",
      cells: [
        null,
        null,
        of(({ reached }) => reached.ms),
        null,
        null,
        null,
        `row ${Math.round(last.median).toLocaleString("en-US")}`,
      ],
      target: { of: last, atLeast: rowsOfThePast, unit: "rows" },
    },
    {
      what: `map, ${rate(({ map }) => map.arrived)} events a second`,
      cells: [
        null,
        null,
        null,
        mapFrames,
        of(({ map }) => map.long),
        of(({ map }) => map.cpuMs),
        shownOf(({ map }) => map.shown, "pulses"),
      ],
      target: { of: mapFrames, atLeast: 50, unit: "frames/s" },
    },
  ];
}
