import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import type { EventEnvelope } from "../../../src/contract/catalogue.ts";
import type { Install } from "../../../src/contract/resources/install.ts";
import type { Survey } from "../../../src/contract/resources/survey.ts";
import type { SurveyView } from "../../../src/contract/resources/view.ts";
import { queries } from "../api.ts";
import { onEvent } from "../live.ts";
import { dealsKey, dealsQuery } from "./read.ts";
import { seldom } from "./seldom.ts";

/** All deals are read again this soon after something happened, in milliseconds, */
const soonMs = 400;
/** and in a burst no more often than this. What an event tells itself is shown at once. */
const everyMs = 10_000;

/** The deals as they are: what happens is laid over what was read, and now and then all is read again. */
export function useDeals(q: string | undefined) {
  useEffect(() => {
    const reading = seldom(
      () => void queries.invalidateQueries({ queryKey: dealsKey }),
      soonMs,
      everyMs,
    );
    const stop = onEvent((event) => {
      queries.setQueriesData<SurveyView[]>({ queryKey: dealsKey }, (deals) =>
        deals === undefined ? deals : withEvent(deals, event),
      );
      reading.ask();
    });
    return () => {
      stop();
      reading.stop();
    };
  }, []);
  return useQuery({ ...dealsQuery(q), placeholderData: (before) => before });
}

/** What an event may hold of a deal. */
interface Told {
  readonly customer?: { readonly id: string };
  readonly survey?: Survey;
  readonly install?: Install | null;
}

/** The deals with what an event tells of them; what it does not tell stays as it was read. */
export function withEvent(deals: SurveyView[], event: EventEnvelope): SurveyView[] {
  const { customer, survey, install } = event.data as Told;
  const { id, type, sequence, timestamp } = event;
  return deals.map((deal) => {
    if (deal.customer.id !== customer?.id || sequence <= (deal.last_event?.sequence ?? 0)) {
      return deal;
    }
    const last_event = { id, type, sequence, timestamp };
    // One that was changed here meanwhile is newer than what is told.
    if (deal.id !== survey?.id || survey.version < deal.version) return { ...deal, last_event };
    return { ...deal, ...survey, ...(install && builtOf(install)), last_event };
  });
}

/** What lists tell of a build. */
const builtOf = (install: Install) => ({
  install: {
    id: install.id,
    status: install.status,
    stage: install.stage,
    epc_id: install.epc_id,
  },
  contract_price_cents: install.contract_price_cents,
  system_size_dc_kw: install.system_size_dc_kw,
});
