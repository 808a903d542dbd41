import { gzipSync } from "node:zlib";
import type { Browser, BrowserContext, Page, Response } from "playwright-core";
import { countFrames, sinceNavigation, type Frames } from "./consoleScripts.ts";

/** A page that is opened for the first time, and what tells that it can be used. */
export interface Opening {
  readonly name: string;
  readonly path: string;
  /** Uses it as a person would; resolves when it answered. */
  readonly use: (page: Page) => Promise<unknown>;
}

/** What the first load of a page took. */
export interface FirstLoad {
  /** Code and styles, in thousands of bytes as gzip packs them. */
  readonly codeKb: number;
  /** All bodies as they came, fonts and answers of the API included, in thousands of bytes. */
  readonly wireKb: number;
  /** From the navigation until the page answered, in milliseconds. */
  readonly usableMs: number;
}

/** What comes later, such as what a page looks up once it is shown, belongs to the first load for this long. */
const quietMs = 500;

/** A browser of somebody who was never here: nothing is in its cache. @param key signed in with; null for nobody. */
export async function openBrowser(
  browser: Browser,
  { url, key }: { url: string; key: string | null },
): Promise<BrowserContext> {
  const context = await browser.newContext({
    baseURL: url,
    viewport: { width: 1440, height: 900 },
  });
  if (key !== null) {
    const answer = await context.request.post("/v1/session", { data: { key } });
    if (!answer.ok()) throw new Error(`Signing in: ${answer.status()} ${await answer.text()}`);
  }
  return context;
}

/** Opens a page with an empty cache. */
export async function measureFirstLoad(
  context: BrowserContext,
  { path, use }: Opening,
): Promise<FirstLoad> {
  const page = await context.newPage();
  const responses: Response[] = [];
  page.on("response", (response) => responses.push(response));
  await page.goto(path, { waitUntil: "commit" });
  await use(page);
  const usableMs = await page.evaluate<number>(sinceNavigation);
  await page.waitForTimeout(quietMs);
  const bodies = responses.filter((response) => !response.url().endsWith("/events/stream"));
  const sizes = await Promise.all(bodies.map(sizesOf));
  await page.close();
  const sum = (which: "code" | "wire") => sizes.reduce((all, each) => all + each[which], 0) / 1_000;
  return { codeKb: sum("code"), wireKb: sum("wire"), usableMs };
}

async function sizesOf(response: Response): Promise<{ code: number; wire: number }> {
  const { responseBodySize } = await response.request().sizes();
  const type = response.headers()["content-type"] ?? "";
  const isCode = /^(text\/(html|css|javascript)|image\/svg)/.test(type);
  return { code: isCode ? gzipSync(await response.body()).length : 0, wire: responseBodySize };
}

/** Frames, and what the page's main thread had of a processor for them. */
export interface Drawn extends Frames {
  /** Milliseconds each second: this says more than frames where other work takes the cores. */
  readonly cpuMs: number;
}

/** Watches a page for a while. @param selector of what is counted in it. */
export async function watchFrames(page: Page, ms: number, selector: string): Promise<Drawn> {
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  const busyMs = async () => {
    const { metrics } = await session.send("Performance.getMetrics");
    return (metrics.find(({ name }) => name === "TaskDuration")?.value ?? Number.NaN) * 1_000;
  };
  const [before, began] = [await busyMs(), performance.now()];
  const frames = await page.evaluate<Frames>(countFrames(ms, selector));
  const cpuMs = ((await busyMs()) - before) / ((performance.now() - began) / 1_000);
  await session.detach();
  return { ...frames, cpuMs };
}
