import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "playwright-core";

/**
 * What is wrong with a page for people who do not see, hear or point as others do: by every rule that a machine knows,
 * with what breaks it.
 */
export async function barriers(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page })
    // Put together in the page itself: otherwise each time in an empty page more, for frames of other sites, and we have none.
    .setLegacyMode()
    // All rules are asked; of what is right only the name is written down, and not each element.
    .options({ resultTypes: ["violations"] })
    .analyze();
  return violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(" | ")}`,
  );
}
