import { useQuery } from "@tanstack/react-query";
import { Link, useParams, useSearch } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { Attempts } from "../endpoints/Attempts.tsx";
import { Dead } from "../endpoints/Dead.tsx";
import { Lanes } from "../endpoints/Lanes.tsx";
import { endpointQuery, historyQuery, statusQuery } from "../endpoints/read.ts";
import { Manifests } from "../endpoints/Manifests.tsx";
import { Reconcile } from "../endpoints/Reconcile.tsx";
import { Replay } from "../endpoints/Replay.tsx";
import { Replays } from "../endpoints/Replays.tsx";
import { Ribbon, RibbonKey } from "../endpoints/Ribbon.tsx";
import { SendTest } from "../endpoints/SendTest.tsx";
import { StatePanel } from "../endpoints/StatePanel.tsx";
import { Waiting } from "../endpoints/Waiting.tsx";
import { endpointName } from "../events/read.ts";
import { useWhyNot } from "../rights.ts";
import { Address, Id } from "../ui/Copy.tsx";
import { Failure, Skeleton } from "../ui/Note.tsx";
import { Page } from "../ui/Page.tsx";
import { Panel } from "../ui/Panel.tsx";

// The chart's library and the contract's forms come when they are needed.
const LagChart = lazy(async () => ({
  default: (await import("../endpoints/LagChart.tsx")).LagChart,
}));
const Setup = lazy(async () => ({ default: (await import("../endpoints/Setup.tsx")).Setup }));

/** One receiver: how it does, what it lacks, and all that its owner can do about it. */
export function Endpoint() {
  const { id } = useParams({ from: "/signed-in/endpoints/$id" });
  const { from, to } = useSearch({ from: "/signed-in/endpoints/$id" });
  const endpoint = useQuery(endpointQuery(id));
  const status = useQuery(statusQuery(id));
  const history = useQuery(historyQuery(id));
  const because = useWhyNot("updateEndpoint");
  if (endpoint.isError) {
    return (
      <Page title="Endpoint">
        <div className="grid gap-4 px-4 sm:px-7">
          <Failure error={endpoint.error} retry={() => void endpoint.refetch()} />
          <Link to="/endpoints" className="text-cell underline">
            All endpoints
          </Link>
        </div>
      </Page>
    );
  }
  if (!endpoint.data) {
    return (
      <Page title="Endpoint">
        <Skeleton rows={10} />
      </Page>
    );
  }
  const name = endpointName(endpoint.data);
  const replays = <Replays id={id} because={because} />;
  const replay = (
    <Replay
      key={`${from}-${to}`}
      endpoint={endpoint.data}
      head={status.data?.feed_head}
      from={from}
      to={to}
      because={because}
    />
  );
  return (
    <Page
      title={name}
      summary={
        <span className="flex flex-wrap items-center gap-x-3">
          <Address url={endpoint.data.url} /> <Id id={id} />
        </span>
      }
    >
      <div className="grid grid-cols-1 gap-4 px-4 sm:px-7 xl:grid-cols-[minmax(0,1fr)_340px]">
        <div className="grid min-w-0 grid-cols-1 content-start gap-4">
          <StatePanel endpoint={endpoint.data} status={status.data} parts={history.data?.data} />
          {status.isError && <Failure error={status.error} retry={() => void status.refetch()} />}
          {from !== undefined && replay}
          {from !== undefined && replays}
          <Panel title="Last 24 hours" aside={<RibbonKey />}>
            <div className="grid grid-cols-1 gap-4 px-5 py-4">
              {history.isError && (
                <Failure error={history.error} retry={() => void history.refetch()} />
              )}
              {history.data && <Ribbon id={id} name={name} parts={history.data.data} />}
              {history.data && (
                <Suspense fallback={<div className="h-[220px]" />}>
                  <LagChart parts={history.data.data} />
                </Suspense>
              )}
            </div>
          </Panel>
          {status.data && <Waiting id={id} status={status.data} />}
          {status.data && status.data.lanes.length > 0 && (
            <Lanes id={id} status={status.data} because={because} />
          )}
          {status.data && status.data.dead.length > 0 && (
            <Dead id={id} dead={status.data.dead} because={because} />
          )}
          {from === undefined && replay}
          {from === undefined && replays}
          <Attempts id={id} isBusy={(status.data?.behind_by ?? 0) > 0} />
          <Manifests id={id} />
          <Reconcile id={id} head={status.data?.feed_head} />
        </div>
        <aside aria-label="Set-up" className="grid min-w-0 grid-cols-1 content-start gap-4">
          <Panel title="Send a test">
            <div className="px-5 py-4">
              <SendTest id={id} events={endpoint.data.events} />
            </div>
          </Panel>
          <Suspense fallback={<Skeleton rows={8} />}>
            <Setup endpoint={endpoint.data} status={status.data} because={because} />
          </Suspense>
        </aside>
      </div>
    </Page>
  );
}
