import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Endpoint } from "../../../src/contract/resources/delivery.ts";
import type { MilestoneView, SurveyView } from "../../../src/contract/resources/view.ts";
import { endpointName } from "../events/read.ts";
import { Circuit, type Fate } from "../ui/Circuit.tsx";
import { counted } from "../ui/figures.ts";
import { inWords } from "../ui/Tag.tsx";
import { dayOf, spanOf, useNow } from "../ui/Time.tsx";
import { heardAt, type EndpointNeed } from "./needs.ts";

/** Of one kind so many are shown; the others are behind the link below them. */
const shownAtMost = 5;

interface GroupProps<T> {
  readonly title: string;
  readonly all: readonly T[];
  readonly row: (one: T) => ReactNode;
  /** Where all of them are. */
  readonly more: ReactNode;
}

function Group<T extends { readonly key: string }>({ title, all, row, more }: GroupProps<T>) {
  if (all.length === 0) return null;
  return (
    <section aria-label={title} className="border-b border-line last:border-0">
      <h3 className="px-5 pt-4 pb-1">
        {title} <span className="font-[450] text-ink-3 tabular-nums">{all.length}</span>
      </h3>
      <ul className="pb-2">
        {all.slice(0, shownAtMost).map((one) => (
          <li key={one.key}>{row(one)}</li>
        ))}
      </ul>
      {all.length > shownAtMost && <p className="px-5 pb-3 text-12">{more}</p>}
    </section>
  );
}

const rowLook =
  "grid items-center gap-x-4 px-5 py-1.5 hover:bg-sunken grid-cols-[minmax(0,1fr)_auto] sm:grid-cols-[minmax(0,240px)_minmax(0,1fr)_auto]";
const moreLook = "text-cell underline";

interface EndpointRow {
  readonly key: string;
  readonly endpoint: Endpoint;
  readonly fate: Fate;
  readonly words: string;
  readonly tone: string;
}

const stateWords: Readonly<Record<Endpoint["state"], string>> = {
  active: "Delivering",
  backing_off: "The receiver is down",
  paused: "Paused",
  disabled: "Switched off",
};

/** What is wrong with one endpoint, the worst first. */
function rowsOf({ endpoint, status }: EndpointNeed): EndpointRow[] {
  const { state, state_reason, behind_by, dead, lanes } = status;
  const row = (kind: string, fate: Fate, words: string): EndpointRow => ({
    key: `${endpoint.id} ${kind}`,
    endpoint,
    fate,
    words,
    tone: fate === "failed" ? "text-fail" : fate === "retrying" ? "text-retry" : "text-ink-2",
  });
  const rows: EndpointRow[] = [];
  if (state !== "active") {
    const because =
      state_reason === null || state === "paused" ? "" : `: ${state_reason.replaceAll("_", " ")}`;
    const fate = state === "disabled" ? "failed" : state === "paused" ? "none" : "retrying";
    rows.push(
      row(
        "state",
        fate,
        `${stateWords[state]}${because}. ${counted(behind_by, "event waits", "events wait")}.`,
      ),
    );
  }
  const newest = dead.toSorted((one, other) => other.dead_at.localeCompare(one.dead_at))[0];
  if (newest) {
    const which = dead.length === 1 ? ":" : ", the last one";
    const words = `${counted(dead.length, "event was", "events were")} given up${which} ${newest.event_type}.`;
    rows.push(row("dead", "failed", words));
  }
  if (state === "active" && lanes.length > 0) {
    const waiting = lanes.reduce((sum, lane) => sum + lane.waiting, 0);
    rows.push(
      row(
        "lanes",
        "retrying",
        `${counted(waiting, "event waits", "events wait")} behind a failed one, for ${counted(lanes.length, "customer", "customers")}.`,
      ),
    );
  }
  return rows;
}

/** Endpoints that are not delivered to. */
export function EndpointNeeds({ needs }: { readonly needs: readonly EndpointNeed[] }) {
  return (
    <Group
      title="Deliveries"
      all={needs.flatMap(rowsOf)}
      more={
        <Link to="/issues" className={moreLook}>
          All issues
        </Link>
      }
      row={({ endpoint, fate, words, tone }) => (
        <Link to="/endpoints/$id" params={{ id: endpoint.id }} className={rowLook}>
          <span className="truncate text-left font-[560]" dir="auto">
            {endpointName(endpoint)}
          </span>
          <span
            className={`col-span-full row-start-2 min-w-0 break-words sm:col-auto sm:row-auto ${tone}`}
          >
            {words}
          </span>
          <Circuit fate={fate} width={34} />
        </Link>
      )}
    />
  );
}

/** Deals of which nothing was heard for long. */
export function StuckDeals({ deals }: { readonly deals: readonly SurveyView[] }) {
  const now = useNow(60_000);
  return (
    <Group
      title="Deals that stand still"
      all={deals.map((deal) => ({ key: deal.id, deal }))}
      more={
        <Link to="/pipeline" className={moreLook}>
          All deals
        </Link>
      }
      row={({ deal }) => (
        <Link to="/deals/$id" params={{ id: deal.id }} className={rowLook}>
          <Named customer={deal.customer} />
          <span className="col-span-full row-start-2 min-w-0 truncate text-left text-ink-2 sm:col-auto sm:row-auto">
            {inWords(deal.stage)}
            {deal.last_event && (
              <>
                , last heard <code className="font-mono text-12">{deal.last_event.type}</code>
              </>
            )}
          </span>
          <span className="font-[560] whitespace-nowrap text-retry tabular-nums">
            {spanOf(now - Date.parse(heardAt(deal)))}
          </span>
        </Link>
      )}
    />
  );
}

/** Milestones that are past their day. */
export function LateMilestones({ milestones }: { readonly milestones: readonly MilestoneView[] }) {
  return (
    <Group
      title="Late milestones"
      all={milestones.map((milestone) => ({ key: milestone.id, milestone }))}
      more={
        <Link to="/installs" className={moreLook}>
          All installs
        </Link>
      }
      row={({ milestone }) => (
        <Link to="/deals/$id" params={{ id: milestone.survey_id }} className={rowLook}>
          <Named customer={milestone.customer} />
          <span
            className="col-span-full row-start-2 min-w-0 truncate text-ink-2 sm:col-auto sm:row-auto"
            title={milestone.title}
          >
            <bdi>{milestone.title}</bdi>
            {milestone.blocked_reason !== null && (
              <>
                , blocked: <bdi>{milestone.blocked_reason}</bdi>
              </>
            )}
          </span>
          <span className="font-[560] whitespace-nowrap text-retry">
            Due {milestone.due_on === null ? "" : dayOf(milestone.due_on)}
          </span>
        </Link>
      )}
    />
  );
}

function Named({ customer }: { readonly customer: SurveyView["customer"] }) {
  return (
    <span className="truncate text-left font-[560]" dir="auto">
      {customer.first_name} {customer.last_name}
    </span>
  );
}
