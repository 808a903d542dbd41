import { queryOptions } from "@tanstack/react-query";
import { nowMs } from "../clock.ts";
import type { Endpoint, EndpointStatus } from "../../../src/contract/resources/delivery.ts";
import type { SurveyView } from "../../../src/contract/resources/view.ts";
import { api } from "../api.ts";
import { everyPage } from "../organizations/read.ts";

/** After so many days without an event a deal stands still. */
export const stuckDays = 14;
const dayMs = 86_400_000;

/** How often what no event tells is looked at again, in milliseconds. */
const lookAgainMs = 15_000;
/** How often all deals are looked through, in milliseconds: they stand still by the passing of days. */
const lookThroughMs = 120_000;
/** Pages of deals that are looked through: of the newest two thousand. */
const dealPages = 10;

/** An endpoint with how it is doing. */
export interface EndpointNeed {
  readonly endpoint: Endpoint;
  readonly status: EndpointStatus;
}

/**
 * Endpoints that are not delivered to as they should be. Read again from time to time: a delivery that fails is no event,
 * and with many endpoints a burst of events must not ask for each of them.
 */
export const endpointNeedsQuery = queryOptions({
  queryKey: ["overview", "endpoints"],
  queryFn: async () => {
    const endpoints = await everyPage((page) => api.endpoints.list(page));
    const all = await Promise.all(
      endpoints.map(async (endpoint): Promise<EndpointNeed> => ({
        endpoint,
        status: await api.endpointStatus.get({ id: endpoint.id }),
      })),
    );
    return { count: all.length, needs: all.filter(isInNeed) };
  },
  refetchInterval: lookAgainMs,
});

const isInNeed = ({ status: { state, dead, lanes } }: EndpointNeed) =>
  state !== "active" || dead.length > 0 || lanes.length > 0;

/** When the caller heard last of a deal. */
export const heardAt = ({ last_event, updated_at }: SurveyView): string =>
  last_event?.timestamp ?? updated_at;

/** Deals that stand still, the longest first. */
export const stuckQuery = queryOptions({
  queryKey: ["overview", "stuck"],
  queryFn: async () => {
    const before = new Date(nowMs() - stuckDays * dayMs).toISOString();
    const deals = await everyPage((page) => api.surveys.search(page), dealPages);
    return deals
      .filter((deal) => deal.stage !== "completed" && deal.stage !== "lost")
      .filter((deal) => heardAt(deal) < before)
      .toSorted((one, other) => heardAt(one).localeCompare(heardAt(other)));
  },
  refetchInterval: lookThroughMs,
});

/** Milestones that were due before a day and are not done, the longest first. */
export const lateQuery = (today: string) =>
  queryOptions({
    queryKey: ["flow", "late", today],
    queryFn: () => api.milestones.search({ state: "open", due_before: today }),
  });

/** Appointments that start on a day and are not called off. */
export const appointmentsQuery = (from: Date) =>
  queryOptions({
    queryKey: ["flow", "appointments", from.toISOString()],
    queryFn: async () => {
      const to = new Date(from);
      to.setDate(to.getDate() + 1);
      const { data } = await api.appointments.search({
        from: from.toISOString(),
        to: to.toISOString(),
      });
      return data.filter(({ status }) => status !== "cancelled");
    },
  });

/** A day of the calendar in the viewer's zone, as the API writes it. */
export function calendarDay(at: Date): string {
  const two = (part: number) => String(part).padStart(2, "0");
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}
