import { describe } from "vitest";
import { test } from "./browser.ts";
import { expectNoFaults, partsOf, type Pages } from "./pageFaults.ts";

/** Those of events and receivers; `pages.test.ts` has the others. */
const pages: Pages = ({ ids }) => [
  ["/map", "Live map"],
  ["/events", "Events"],
  [`/events?event=${ids["evt"]}`, "Events"],
  ["/issues", "Issues"],
  ["/endpoints", "Endpoints"],
  [`/endpoints/${ids["end"]}`, /./],
  ["/inbound", "Inbound"],
  ["/playground", "Playground"],
  ["/event-types", /catalogue/i],
  ["/event-types/new_install", /new_install|New Install/],
];

describe("every page of delivery", () => {
  test.for(partsOf(pages))(
    "has no fault that a machine can find, in either theme, part %i",
    async (part, { service, open }) => expectNoFaults({ service, open }, { pages, part }),
  );
});
