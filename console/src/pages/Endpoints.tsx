import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { EndpointTable } from "../endpoints/EndpointTable.tsx";
import { idleMs, useStatuses } from "../endpoints/read.ts";
import { counted } from "../ui/figures.ts";
import { RibbonKey } from "../endpoints/Ribbon.tsx";
import { endpointsQuery } from "../events/read.ts";
import { useWhyNot } from "../rights.ts";
import { Button } from "../ui/Button.tsx";
import { Empty, Failure, Skeleton } from "../ui/Note.tsx";
import { Page } from "../ui/Page.tsx";
import { Panel } from "../ui/Panel.tsx";

// Its form is made from the contract, which is not needed to look.
const AddEndpoint = lazy(async () => ({
  default: (await import("../endpoints/AddEndpoint.tsx")).AddEndpoint,
}));

/** All receivers of this organization: how far behind each is, and where deliveries are missing. */
export function Endpoints() {
  const endpoints = useQuery({ ...endpointsQuery, refetchInterval: idleMs });
  const [isAdding, setAdding] = useState(false);
  const because = useWhyNot("createEndpoint");
  const add = (
    <Button
      look="strong"
      icon={<Plus size={13} aria-hidden />}
      because={because}
      onClick={() => setAdding(true)}
    >
      Add an endpoint
    </Button>
  );
  const all = endpoints.data?.data;
  return (
    <Page
      title="Endpoints"
      summary={<Summary ids={all?.map(({ id }) => id) ?? []} />}
      actions={all && all.length > 0 && add}
    >
      <div className="grid grid-cols-1 gap-3 px-4 sm:px-7">
        <Panel>
          {endpoints.isPending && <Skeleton rows={5} />}
          {endpoints.isError && (
            <div className="p-5">
              <Failure error={endpoints.error} retry={() => void endpoints.refetch()} />
            </div>
          )}
          {all?.length === 0 && (
            <Empty
              title="No endpoint yet, so events are told to nobody. They stay in the feed."
              action={add}
              command="npx heliograph endpoints create https://example.com/hooks"
            />
          )}
          {all && all.length > 0 && <EndpointTable endpoints={all} />}
        </Panel>
        {all && all.length > 0 && <RibbonKey />}
      </div>
      {isAdding && (
        <Suspense>
          <AddEndpoint onClose={() => setAdding(false)} />
        </Suspense>
      )}
    </Page>
  );
}

function Summary({ ids }: { readonly ids: readonly string[] }) {
  const statuses = [...useStatuses(ids).values()];
  const waiting = statuses.reduce((sum, { behind_by }) => sum + behind_by, 0);
  const off = statuses.filter(({ state }) => state !== "active").length;
  if (statuses.length === 0) {
    return "How far behind each receiver is, and where deliveries are missing.";
  }
  const words = [
    waiting === 0 ? "Nothing waits" : `${counted(waiting, "delivery", "deliveries")} waiting`,
    off === 0 ? "every receiver takes deliveries" : `${off} of ${ids.length} not taking deliveries`,
  ];
  return `${words.join(", ")}.`;
}
