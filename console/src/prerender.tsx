import { QueryClientProvider } from "@tanstack/react-query";
import { createMemoryHistory, RouterProvider } from "@tanstack/react-router";
import { renderToString } from "react-dom/server";
import { asyncapiDocument } from "../../src/contract/asyncapi.ts";
import { eventTypes } from "../../src/contract/catalogue.ts";
import { publishedEvents } from "../../src/contract/published.ts";
import { eventSchema } from "../../src/contract/schemas.ts";
import { queries } from "./api.ts";
import { deliveriesSpecQuery, schemaQuery } from "./catalogue/read.ts";
import { catalogueQuery } from "./live.ts";
import { router } from "./router.tsx";

/** A page of the catalogue, written when the console is built: it needs neither a program nor a sign-in. */
interface WrittenPage {
  readonly path: string;
  readonly title: string;
  readonly html: string;
}

/** Writes the pages of the event catalogue from the contract, with what the service would answer of it. */
export async function writePages(): Promise<WrittenPage[]> {
  queries.setQueryData(catalogueQuery.queryKey, { data: publishedEvents(), next: null });
  queries.setQueryData(deliveriesSpecQuery.queryKey, published());
  const pages = [await writePage("/event-types", "Event catalogue")];
  for (const type of eventTypes) {
    queries.setQueryData(schemaQuery(type, null).queryKey, eventSchema(type));
    pages.push(await writePage(`/event-types/${type}`, type));
  }
  return pages;
}

/** Which version and where is of no matter to the examples and headers that are read of it. */
const published = () => asyncapiDocument({ version: "", serverUrl: "http://localhost" }) as never;

async function writePage(path: string, title: string): Promise<WrittenPage> {
  const history = createMemoryHistory({ initialEntries: [path] });
  // Where a page was scrolled to is restored by an inline script, which the policy forbids.
  router.update({ ...router.options, history, scrollRestoration: false });
  await router.load();
  const html = renderToString(
    <QueryClientProvider client={queries}>
      <RouterProvider router={router} />
    </QueryClientProvider>,
  );
  return { path, title, html };
}
