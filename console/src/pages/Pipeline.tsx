import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import type { SurveyView } from "../../../src/contract/resources/view.ts";
import { AddCustomer } from "../customers/AddCustomer.tsx";
import { useRights } from "../parties.ts";
import { useWhyNot } from "../rights.ts";
import { Board } from "../pipeline/Board.tsx";
import { Filters } from "../pipeline/Filters.tsx";
import { useDeals } from "../pipeline/liveDeals.ts";
import { ChosenDeals } from "../pipeline/MoveMany.tsx";
import {
  filtered,
  filtersOf,
  isStuck,
  strictest,
  stuckDays,
  type Filter,
  type PipelineSearch,
  type SetSearch,
} from "../pipeline/read.ts";
import { isOpen } from "../pipeline/stages.ts";
import { Table } from "../pipeline/Table.tsx";
import { useMove } from "../pipeline/useMove.tsx";
import { Button } from "../ui/Button.tsx";
import { counted } from "../ui/figures.ts";
import { Empty, Failure, Skeleton } from "../ui/Note.tsx";
import { Notice, useNotice } from "../ui/Notice.tsx";
import { Page } from "../ui/Page.tsx";
import { useChosen } from "../ui/useChosen.ts";

/** All deals by stage, as a board or as a table of the same query. */
export function Pipeline() {
  const search = useSearch({ from: "/signed-in/pipeline" });
  const navigate = useNavigate({ from: "/pipeline" });
  const { organizationId, isSalesOrg } = useRights();
  const because = useWhyNot("updateSurvey");
  const { notice, tell, clear } = useNotice();
  const move = useMove(tell);
  const read = useDeals(search.q);
  const set: SetSearch = (changed) =>
    void navigate({ search: (before) => ({ ...before, ...changed }), replace: true });
  const all = read.data ?? [];
  const deals = filtered(all, search);
  const mayMove = (deal: SurveyView) =>
    because === undefined && deal.sales_org_id === organizationId && deal.stage !== "completed";
  const chosen = useChosen(deals.filter(mayMove));
  return (
    <Page
      title="Pipeline"
      fills
      actions={isSalesOrg && <AddCustomer />}
      summary={
        <>
          {read.data && summaryOf(deals)}
          {because !== undefined && (
            <span className="block">
              {isSalesOrg ? because : "You see your deals; the sales organization moves them."}
            </span>
          )}
        </>
      }
    >
      <Filters search={search} set={set} />
      {read.isPending && <Skeleton rows={10} />}
      {read.isError && (
        <div className="px-4 pb-3 sm:px-7">
          <Failure error={read.error} retry={() => void read.refetch()} />
        </div>
      )}
      <ChosenDeals chosen={chosen} />
      {read.data &&
        (deals.length === 0 ? (
          <Nothing all={all} search={search} set={set} />
        ) : search.view === "table" ? (
          <Table deals={deals} move={move} choosing={chosen} mayMove={mayMove} />
        ) : (
          <Board deals={deals} search={search} move={move} choosing={chosen} mayMove={mayMove} />
        ))}
      <Notice notice={notice} onClose={clear} />
    </Page>
  );
}

function summaryOf(deals: readonly SurveyView[]): string {
  const open = deals.filter(({ stage }) => isOpen(stage)).length;
  const stuck = deals.filter((deal) => isStuck(deal)).length;
  const told = counted(open, "open deal");
  return stuck === 0 ? `${told}.` : `${told}, ${stuck} without an event for ${stuckDays} days.`;
}

const filterWords: Readonly<Record<Filter, string>> = {
  stage: "the stage",
  epc: "the installer",
  rep: "the representative",
  age: "the last event",
};

interface NothingProps {
  readonly all: readonly SurveyView[];
  readonly search: PipelineSearch;
  readonly set: SetSearch;
}

/** No deal: either there is none yet, or what is asked for fits none, and then which filter is to blame. */
function Nothing({ all, search, set }: NothingProps) {
  const worst = strictest(all, search);
  if (worst && worst.found > 0) {
    return (
      <Empty
        title={`No deal fits. Without the filter on ${filterWords[worst.filter]}, ${worst.found === 1 ? "1 does" : `${worst.found} do`}.`}
        action={
          <Button onClick={() => set({ [worst.filter]: undefined })}>Drop that filter</Button>
        }
      />
    );
  }
  if (search.q !== undefined || filtersOf(search).length > 0) {
    return (
      <Empty
        title="No deal fits."
        action={
          <Button
            onClick={() =>
              set({
                q: undefined,
                stage: undefined,
                epc: undefined,
                rep: undefined,
                age: undefined,
              })
            }
          >
            Drop all filters
          </Button>
        }
      />
    );
  }
  return (
    <Empty
      title="No deals yet. A deal is opened with a customer."
      action={
        <Link to="/customers" className="text-cell underline">
          Go to the customers
        </Link>
      }
      command="npx heliograph trigger new_survey"
    />
  );
}
