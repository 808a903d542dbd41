import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { List, Pause, Play, Waypoints } from "lucide-react";
import { lazy, Suspense, useMemo, useState } from "react";
import { idleMs, useHistories, useStatuses } from "../endpoints/read.ts";
import { counted } from "../ui/figures.ts";
import { useOwnTypes } from "../endpoints/TypeTree.tsx";
import { endpointsQuery } from "../events/read.ts";
import { LastEvent } from "../map/LastEvent.tsx";
import { modelOf, stagesOf, toneOf, type MapEndpoint } from "../map/model.ts";
import { keptAtMost, useHeld, useRoutes, useSeen, windowMs, type Seen } from "../map/traffic.ts";
import { useTraffic } from "../map/useTraffic.ts";
import { useOrganization } from "../session.ts";
import { Button } from "../ui/Button.tsx";
import { controlClass } from "../ui/Field.tsx";
import { Failure, Skeleton } from "../ui/Note.tsx";
import { Page } from "../ui/Page.tsx";
import { useNow } from "../ui/Time.tsx";

// The diagram's library is not needed for the list.
const Canvas = lazy(async () => ({ default: (await import("../map/Canvas.tsx")).Canvas }));
const MapList = lazy(async () => ({ default: (await import("../map/MapList.tsx")).MapList }));

/** More endpoints than this do not fit; those with trouble stay. */
const endpointsAtMost = 24;

/** Where changes come from, what they make known, and where that goes: lit by what happens. */
export function LiveMap() {
  const { customer } = useSearch({ from: "/signed-in/map" });
  const { name } = useOrganization();
  const endpoints = useQuery({ ...endpointsQuery, refetchInterval: idleMs });
  const all = useMemo(() => endpoints.data?.data ?? [], [endpoints.data]);
  const { traffic, hour } = useTraffic(all, customer);
  const [isList, setList] = useState(() => window.innerWidth < 640);
  const held = useHeld(traffic);
  const now = useNow(5_000);
  const kept = useSeen(traffic);
  const routes = useRoutes(traffic);
  const recent = useMemo(() => kept.filter(({ at }) => now - at < windowMs), [kept, now]);
  const seen = useMemo(
    () => recent.filter((each) => customer === undefined || each.customer === customer),
    [recent, customer],
  );
  const shown = useMapEndpoints(all, now);
  const types = useOwnTypes();
  const model = useMemo(() => modelOf(stagesOf(types), shown, routes), [types, shown, routes]);
  const lastMinute = seen.filter(({ at }) => now - at < 60_000).length;
  const troubled = shown.filter(({ tone }) => tone === "late" || tone === "broken").length;
  // Of a busy hour the first page is enough to begin with; the rest is counted as it comes.
  const isHourKnown = hour.isSuccess || kept.length > 0;
  const isRead = endpoints.isSuccess && isHourKnown && types.length > 0;
  return (
    <Page
      title="Live map"
      fills
      summary={`${counted(lastMinute, "event")} in the last minute, ${
        troubled === 0 ? "no endpoint is late" : `${counted(troubled, "endpoint")} late or off`
      }.${recent.length === keptAtMost ? ` Counted from the newest ${keptAtMost.toLocaleString()} events.` : ""}`}
      actions={
        <>
          <Follow seen={recent} customer={customer} />
          <Button
            aria-pressed={isList}
            icon={isList ? <Waypoints size={13} aria-hidden /> : <List size={13} aria-hidden />}
            onClick={() => setList(!isList)}
          >
            {isList ? "Map" : "List"}
          </Button>
          <Button
            aria-pressed={held !== null}
            icon={held === null ? <Pause size={13} aria-hidden /> : <Play size={13} aria-hidden />}
            onClick={() => traffic.freeze(held === null)}
          >
            {held === null ? "Freeze" : `Go on${held > 0 ? `, ${held} new` : ""}`}
          </Button>
        </>
      }
    >
      {(endpoints.isError || hour.isError) && (
        <div className="px-7 pb-4">
          <Failure
            error={endpoints.error ?? hour.error}
            retry={() => void Promise.all([endpoints.refetch(), hour.refetch()])}
          />
        </div>
      )}
      {endpoints.isSuccess && all.length === 0 && (
        <p className="px-4 pb-3 text-ink-2 sm:px-7">
          No endpoint yet, so events are told to nobody.{" "}
          <Link to="/endpoints" className="text-cell underline">
            Add an endpoint
          </Link>
        </p>
      )}
      <div className="min-h-0 flex-1 overflow-auto">
        {!isRead && !endpoints.isError && !hour.isError && <Skeleton rows={8} />}
        {isRead && (
          <Suspense fallback={<Skeleton rows={8} />}>
            {isList ? (
              <MapList model={model} seen={seen} customer={customer} />
            ) : (
              <Canvas
                model={model}
                traffic={traffic}
                seen={seen}
                organization={name}
                customer={customer}
              />
            )}
          </Suspense>
        )}
      </div>
      <LastEvent event={seen[0]} endpoints={all} />
    </Page>
  );
}

/** The endpoints that are drawn, with how they stand. */
function useMapEndpoints(
  endpoints: readonly Parameters<typeof toneOf>[0][],
  now: number,
): readonly MapEndpoint[] {
  const ids = endpoints.map(({ id }) => id);
  const statuses = useStatuses(ids);
  const histories = useHistories(ids);
  return useMemo(() => {
    const all = endpoints.map((endpoint): MapEndpoint => {
      const status = statuses.get(endpoint.id);
      const tone = toneOf(endpoint, status, now);
      return { endpoint, status, parts: histories.get(endpoint.id), tone };
    });
    if (all.length <= endpointsAtMost) return all;
    const isWell = ({ tone }: MapEndpoint) => (tone === "well" ? 1 : 0);
    return all.toSorted((a, b) => isWell(a) - isWell(b)).slice(0, endpointsAtMost);
  }, [endpoints, statuses, histories, now]);
}

/** Chooses one customer of the last hour whose way lights up alone. */
function Follow({
  seen,
  customer,
}: {
  readonly seen: readonly Seen[];
  readonly customer: string | undefined;
}) {
  const navigate = useNavigate({ from: "/map" });
  const names = new Map<string, string>();
  for (const each of seen) {
    if (each.customer !== null && !names.has(each.customer)) {
      names.set(each.customer, each.customerName);
    }
  }
  if (customer !== undefined && !names.has(customer)) names.set(customer, "One customer");
  return (
    <select
      aria-label="Follow one customer"
      className={`${controlClass} !w-52 pr-7`}
      value={customer ?? ""}
      onChange={({ target }) =>
        void navigate({ search: { customer: target.value || undefined }, replace: true })
      }
    >
      <option value="">Follow one customer</option>
      {[...names].slice(0, 100).map(([id, name]) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </select>
  );
}
