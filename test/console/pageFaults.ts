import type { Page } from "playwright-core";
import { expect } from "vitest";
import { givenNode, givenReceiver } from "../deliveryNode.ts";
import type { Service } from "../service.ts";
import { givenWorld, type World } from "../world.ts";
import { barriers } from "./barriers.ts";

/** Pages that an organization has, with a record on them where they need one. */
export type Pages = (
  world: World,
) => readonly (readonly [path: string, heading: string | RegExp])[];

type Theme = "light" | "dark";
const other = (theme: Theme): Theme => (theme === "light" ? "dark" : "light");
const themeOf = (page: Page) => page.evaluate("document.documentElement.dataset.theme");

/** Looked at in parts of three pages: what a machine looks for takes seconds on a large page. */
export const partsOf = (pages: Pages): readonly number[] =>
  Array.from({ length: Math.ceil(pages({ ids: {} } as World).length / 3) }, (_, part) => part);

interface Opened {
  readonly service: Service;
  readonly open: (key: string, path: string, options?: { theme?: Theme }) => Promise<Page>;
}

/** Looks through one part of the pages in both themes, with a receiver that is delivered to. */
export async function expectNoFaults(
  { service, open }: Opened,
  { pages, part }: { pages: Pages; part: number },
): Promise<void> {
  const world = await givenWorld(service);
  const receiver = await givenReceiver();
  await world.sales.endpoints.create({
    url: receiver.url,
    description: "CRM",
    start: "beginning",
  });
  await givenNode(service.sql);
  // What the browser wishes for at first; then what is chosen, which the next page is to keep.
  let theme: Theme = part % 2 === 0 ? "light" : "dark";
  const page = await open(world.salesKey, "/", { theme });
  for (const [path, heading] of pages(world).slice(part * 3, part * 3 + 3)) {
    await page.goto(`${service.url}${path}`);
    await page.getByRole("heading", { level: 1, name: heading }).waitFor();
    await page.getByRole("status", { name: "Loading" }).first().waitFor({ state: "detached" });
    await expectAccessible(page, path, theme);
    theme = other(theme);
    await page.getByRole("button", { name: `Use the ${theme} theme` }).click();
    await expectAccessible(page, path, theme);
  }
}

export async function expectAccessible(page: Page, path: string, theme: Theme): Promise<void> {
  expect(await themeOf(page), path).toBe(theme);
  expect(await barriers(page), `${path} ${theme}`).toEqual([]);
}
