import { useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Download, Pause, Play } from "lucide-react";
import { useCallback, useMemo, useRef, useState } from "react";
import { ChosenBar } from "../events/ChosenBar.tsx";
import { exportFeed, saveEvents } from "../events/exportFeed.ts";
import { Histogram } from "../events/Histogram.tsx";
import { EventInspector } from "../events/Inspector.tsx";
import { Looked } from "../events/Looked.tsx";
import { minuteMs } from "../events/minutes.ts";
import { asksForOutcome, useFound, type Found } from "../events/outcome.ts";
import { endpointName, endpointsQuery } from "../events/read.ts";
import { Stream, type StreamHandle } from "../events/Stream.tsx";
import { useFeed, type EventSearch, type SetSearch } from "../events/useFeed.ts";
import { inboundType } from "../../../src/contract/inboundType.ts";
import { catalogueQuery } from "../live.ts";
import { Button } from "../ui/Button.tsx";
import { controlClass } from "../ui/Field.tsx";
import { Failure } from "../ui/Note.tsx";
import { Page } from "../ui/Page.tsx";
import { useWhyNot } from "../rights.ts";
import { useChosen } from "../ui/useChosen.ts";

/** The organization's feed as it grows: every event with what became of it at each endpoint. */
export function Events() {
  const search = useSearch({ from: "/signed-in/events" });
  const navigate = useNavigate({ from: "/events" });
  const [isPaused, setPaused] = useState(false);
  const [isAway, setAway] = useState(false);
  const stream = useRef<StreamHandle>(null);
  const because = useWhyNot("resendEndpointEvent");
  const feed = useFeed(search, isPaused || isAway);
  const found = useFound(feed, search);
  const chosen = useChosen(found.rows);
  const set: SetSearch = useCallback(
    (changed) => void navigate({ search: (before) => ({ ...before, ...changed }), replace: true }),
    [navigate],
  );
  // They stay as they are while rows come.
  const filters = useMemo(() => <Filters search={search} set={set} />, [search, set]);
  const oldest = feed.events.at(-1);
  const showMinute = (at: number) => {
    const end = at + minuteMs;
    stream.current?.showRow(found.rows.findIndex(({ timestamp }) => Date.parse(timestamp) < end));
  };
  return (
    <div className="flex h-full min-h-0">
      <div className="min-w-0 flex-1">
        <Page
          title="Events"
          fills
          summary="Everything this organization was told, newest first."
          actions={
            <>
              <Button
                icon={isPaused ? <Play size={13} aria-hidden /> : <Pause size={13} aria-hidden />}
                onClick={() => setPaused(!isPaused)}
                aria-pressed={isPaused}
              >
                {isPaused ? `Go on${feed.held > 0 ? `, ${feed.held} new` : ""}` : "Pause"}
              </Button>
              <Export search={search} found={found} />
            </>
          }
        >
          {feed.isSuccess && (
            <Histogram
              events={found.rows}
              readBackTo={feed.hasNextPage && oldest ? Date.parse(oldest.timestamp) : -Infinity}
              onMinute={showMinute}
            />
          )}
          {filters}
          {asksForOutcome(search) && feed.isSuccess && <Looked found={found} />}
          {chosen.rows.length > 0 && (
            <ChosenBar chosen={chosen} endpoint={search.endpoint} because={because} />
          )}
          <Stream
            ref={stream}
            feed={feed}
            found={found}
            chosen={chosen}
            search={search}
            set={set}
            onAway={setAway}
          />
        </Page>
      </div>
      {search.event !== undefined && (
        <EventInspector
          key={search.event}
          id={search.event}
          onClose={() => set({ event: undefined })}
        />
      )}
    </div>
  );
}

/** Saves all that the filter lets through; of outcomes those that were found, as nobody looked at the others. */
function Export({ search, found }: { readonly search: EventSearch; readonly found: Found }) {
  const isOfFound = asksForOutcome(search);
  const saving = useMutation({
    mutationFn: async () => {
      if (isOfFound) saveEvents(found.rows.toReversed());
      else await exportFeed(search);
    },
  });
  return (
    <>
      <Button
        icon={<Download size={13} aria-hidden />}
        disabled={saving.isPending}
        onClick={() => saving.mutate()}
        title={
          isOfFound
            ? "The events that were found so far, one a line"
            : "The events that the filter lets through, one a line"
        }
      >
        Export {isOfFound ? found.rows.length.toLocaleString() : "NDJSON"}
      </Button>
      {saving.isError && <Failure error={saving.error} retry={() => saving.mutate()} />}
    </>
  );
}

const states = [
  ["", "Any outcome"],
  ["delivered", "Delivered"],
  ["waiting", "Waiting"],
  ["retrying", "Retrying"],
  ["dead", "Failed"],
] as const;

function Filters({ search, set }: { readonly search: EventSearch; readonly set: SetSearch }) {
  const { data: catalogue } = useQuery(catalogueQuery);
  const { data: endpoints } = useQuery(endpointsQuery);
  const select = `${controlClass} !w-auto max-w-full pr-7 sm:max-w-64`;
  return (
    <div className="flex flex-wrap items-center gap-2 px-4 pb-3 sm:px-7">
      <select
        aria-label="Event"
        className={select}
        value={search.type ?? ""}
        onChange={({ target }) => set({ type: target.value || undefined })}
      >
        <option value="">Any event</option>
        {catalogue?.data.map(({ type }) => (
          <option key={type} value={type}>
            {type}
          </option>
        ))}
        <option value={inboundType}>{inboundType}</option>
      </select>
      <select
        aria-label="Endpoint"
        className={select}
        value={search.endpoint ?? ""}
        onChange={({ target }) => set({ endpoint: target.value || undefined })}
      >
        <option value="">All endpoints</option>
        {endpoints?.data.map((endpoint) => (
          <option key={endpoint.id} value={endpoint.id}>
            {endpointName(endpoint)}
          </option>
        ))}
      </select>
      <select
        aria-label="Outcome"
        className={select}
        value={search.state ?? ""}
        onChange={({ target }) => set({ state: target.value || undefined })}
      >
        {states.map(([value, label]) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </select>
      {search.customer !== undefined && (
        <Button small onClick={() => set({ customer: undefined })}>
          One customer ×
        </Button>
      )}
    </div>
  );
}
