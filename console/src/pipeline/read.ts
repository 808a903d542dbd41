import { queryOptions } from "@tanstack/react-query";
import { nowMs } from "../clock.ts";
import type { SurveyView } from "../../../src/contract/resources/view.ts";
import { api } from "../api.ts";
import { everyPage } from "../parties.ts";
import { placeOf } from "./stages.ts";

/** What the address says of the pipeline: one query, shown as a board or as a table. */
export interface PipelineSearch {
  readonly view?: string | undefined;
  readonly stage?: string | undefined;
  readonly epc?: string | undefined;
  readonly rep?: string | undefined;
  readonly age?: string | undefined;
  readonly q?: string | undefined;
}
export type SetSearch = (changed: PipelineSearch) => void;

/** What lists of deals are kept under: not with what every event makes read again, as they are long. */
export const dealsKey = ["deals"] as const;

/** All deals whose customer, street or title has these words. */
export const dealsQuery = (q: string | undefined) =>
  queryOptions({
    queryKey: [...dealsKey, q ?? null],
    queryFn: () =>
      everyPage((page) => api.surveys.search({ ...page, ...(q !== undefined && { q }) })),
    // What happened while no page looked is not in it.
    staleTime: 0,
  });

const dayMs = 86_400_000;
/** Days without an event after which a deal is stuck. */
export const stuckDays = 14;

/** Since when nothing happened to a deal's customer. */
export const quietSince = ({ last_event, updated_at }: SurveyView): string =>
  last_event?.timestamp ?? updated_at;

/** Whole days since the last event. */
export const quietDays = (deal: SurveyView, now = nowMs()): number =>
  Math.max(0, Math.floor((now - Date.parse(quietSince(deal))) / dayMs));

/** Whether nothing happened for too long to a deal that is under way; one on hold is quiet on purpose. */
export const isStuck = (deal: SurveyView): boolean =>
  placeOf(deal.stage) === "open" && quietDays(deal) > stuckDays;

/** Filters that are applied here: the service has found the words, and all that is left is in the list. */
export const filters = {
  stage: (deal: SurveyView, wanted: string) => deal.stage === wanted,
  epc: (deal: SurveyView, wanted: string) => deal.epc_id === wanted,
  rep: (deal: SurveyView, wanted: string) => deal.customer.rep_id === wanted,
  age: (deal: SurveyView, wanted: string) => quietDays(deal) > Number(wanted),
} as const;
export type Filter = keyof typeof filters;
const filterNames = Object.keys(filters) as Filter[];

/** The filters that are set. */
export const filtersOf = (search: PipelineSearch): Filter[] =>
  filterNames.filter((name) => search[name] !== undefined);

/** The deals that all filters let through; those named in `without` do not count. */
export const filtered = (
  deals: readonly SurveyView[],
  search: PipelineSearch,
  without?: Filter,
): SurveyView[] => {
  const set = filtersOf(search).filter((name) => name !== without);
  return deals.filter((deal) => set.every((name) => filters[name](deal, search[name] ?? "")));
};

/** The filter without which most deals would be found. */
export function strictest(
  deals: readonly SurveyView[],
  search: PipelineSearch,
): { filter: Filter; found: number } | undefined {
  return filtersOf(search)
    .map((filter) => ({ filter, found: filtered(deals, search, filter).length }))
    .toSorted((one, other) => other.found - one.found)[0];
}

/** The customer's name. */
export const nameOf = ({ customer }: { customer: { first_name: string; last_name: string } }) =>
  `${customer.first_name} ${customer.last_name}`;

/** What all deals together are worth; nothing where no price can be seen. */
export function worthOf(deals: readonly SurveyView[]): number | undefined {
  const prices = deals.flatMap(({ contract_price_cents }) => contract_price_cents ?? []);
  return prices.length === 0 ? undefined : prices.reduce((sum, price) => sum + price, 0);
}
