import type { Browser, Page } from "playwright-core";
import { afterAll, expect } from "vitest";

import { givenKey } from "../world.ts";
import { test as serviceTest } from "../service.ts";
import { launchChromium } from "./chromium.ts";

let browser: Promise<Browser> | undefined;

/** One browser for the tests of a file. */
function startBrowser(): Promise<Browser> {
  return (browser ??= launchChromium());
}

afterAll(async () => {
  await (await browser)?.close();
  browser = undefined;
});

/** How a page is opened. */
interface Opening {
  readonly theme?: "light" | "dark";
  readonly size?: { readonly width: number; readonly height: number };
  /** Where the service is reached, when something stands before it. */
  readonly at?: string;
}

/** A browser of one person, who goes to a page with a key. */
type OpenConsole = (key: string, path?: string, opening?: Opening) => Promise<Page>;

/**
 * Tests of the console, as people use it: against the real service, in a real browser. Every page of them must load nothing
 * from elsewhere, break no policy, and throw nothing.
 */
export const test = serviceTest.extend<{
  /** Signs in through the form with a key, as people do, and is led to a page. */
  signIn: OpenConsole;
  /** Goes to a page with a key's session, as who has signed in before. */
  open: OpenConsole;
  /** Signs in as an organization. */
  openAs: (organizationId: string, path?: string, opening?: Opening) => Promise<Page>;
  /** Opens an address with nobody signed in, on a phone unless something else is said. */
  openAddress: (address: string, opening?: Opening) => Promise<Page>;
  /** A browser of its own, watched. */
  newPage: (opening: Opening) => Promise<Page>;
}>({
  newPage: async ({ service }, use) => {
    const faults: string[] = [];
    const closing: (() => Promise<void>)[] = [];
    await use(
      async ({ theme = "light", size = { width: 1440, height: 900 }, at = service.url }) => {
        const context = await (
          await startBrowser()
        ).newContext({ colorScheme: theme, viewport: size, reducedMotion: "reduce" });
        closing.push(() => context.close());
        const page = await context.newPage();
        watch(page, at, faults);
        return page;
      },
    );
    for (const close of closing) await close();
    expect(faults).toEqual([]);
  },
  openAddress: async ({ newPage }, use) => {
    await use(async (address, opening) => {
      const page = await newPage({ size: { width: 390, height: 844 }, ...opening });
      await page.goto(address);
      return page;
    });
  },
  signIn: async ({ service, newPage }, use) => {
    await use(async (key, path = "/", opening = {}) => {
      const { at = service.url } = opening;
      const page = await newPage(opening);
      const to = path === "/" ? "" : `?to=${encodeURIComponent(path)}`;
      await page.goto(`${at}/sign-in${to}`);
      await page.getByLabel("Key").fill(key);
      await page.getByRole("button", { name: "Sign in" }).click();
      await page.locator("#page").waitFor();
      return page;
    });
  },
  open: async ({ service, newPage }, use) => {
    await use(async (key, path = "/", opening = {}) => {
      const { at = service.url } = opening;
      const page = await newPage(opening);
      // The browser keeps the cookie that the service sets, just as of the form.
      const made = await page.context().request.post(`${at}/v1/session`, { data: { key } });
      expect(made.status()).toBe(201);
      await page.goto(`${at}${path}`);
      await page.locator("#page").waitFor();
      return page;
    });
  },
  openAs: async ({ open, service }, use) => {
    await use(async (organizationId, path, opening) =>
      open(await givenKey(service, organizationId), path, opening),
    );
  },
});

function watch(page: Page, own: string, faults: string[]): void {
  page.on("pageerror", (error) => faults.push(`thrown: ${error.message}`));
  page.on("console", (message) => {
    // The browser says each answer of 4xx as an error; those are part of the tests.
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) {
      faults.push(`said: ${message.text()}`);
    }
  });
  page.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(own) && !/^(data|blob):/.test(url)) faults.push(`asked: ${url}`);
  });
}
