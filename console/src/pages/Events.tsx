import { useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Download, Pause, Play } from "lucide-react";
import { useCallback, useMemo, useState } from "react";
import { exportFeed } from "../events/exportFeed.ts";
import { EventInspector } from "../events/Inspector.tsx";
import { endpointName, endpointsQuery } from "../events/read.ts";
import { Stream } from "../events/Stream.tsx";
import { useFeed, type EventSearch, type SetSearch } from "../events/useFeed.ts";
import { catalogueQuery } from "../live.ts";
import { Button } from "../ui/Button.tsx";
import { controlClass } from "../ui/Field.tsx";
import { Failure } from "../ui/Note.tsx";
import { Page } from "../ui/Page.tsx";

/** The organization's feed as it grows: every event with what became of it at each endpoint. */
export function Events() {
  const search = useSearch({ from: "/signed-in/events" });
  const navigate = useNavigate({ from: "/events" });
  const [isPaused, setPaused] = useState(false);
  const [isAway, setAway] = useState(false);
  const feed = useFeed(search, isPaused || isAway);
  const saving = useMutation({ mutationFn: () => exportFeed(search) });
  const set: SetSearch = useCallback(
    (changed) => void navigate({ search: (before) => ({ ...before, ...changed }), replace: true }),
    [navigate],
  );
  // They stay as they are while rows come.
  const filters = useMemo(() => <Filters search={search} set={set} />, [search, set]);
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
              <Button
                icon={<Download size={13} aria-hidden />}
                disabled={saving.isPending}
                onClick={() => saving.mutate()}
                title="The events that the filter lets through, one a line"
              >
                Export NDJSON
              </Button>
            </>
          }
        >
          {filters}
          {saving.isError && (
            <div className="px-4 pb-3 sm:px-7">
              <Failure error={saving.error} retry={() => saving.mutate()} />
            </div>
          )}
          <Stream feed={feed} search={search} set={set} onAway={setAway} />
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
