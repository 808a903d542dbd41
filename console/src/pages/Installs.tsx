import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import type { MilestoneView, SurveyView } from "../../../src/contract/resources/view.ts";
import { BuildPanel } from "../installs/BuildPanel.tsx";
import { buildsOf, daysLate, isDone, milestonesQuery } from "../installs/read.ts";
import { useSetStatus } from "../installs/useMilestone.tsx";
import { useDeals } from "../pipeline/liveDeals.ts";
import { nameOf } from "../pipeline/read.ts";
import { useWhyNot } from "../rights.ts";
import { Button } from "../ui/Button.tsx";
import { controlClass } from "../ui/Field.tsx";
import { counted } from "../ui/figures.ts";
import { Empty, Failure, Skeleton } from "../ui/Note.tsx";
import { Notice, useNotice } from "../ui/Notice.tsx";
import { Page } from "../ui/Page.tsx";
import { Panel } from "../ui/Panel.tsx";
import { Words } from "../ui/Words.tsx";

/** What has to be done on the builds that go on, the latest first. */
export function Installs() {
  const { show } = useSearch({ from: "/signed-in/installs" });
  const navigate = useNavigate({ from: "/installs" });
  const because = useWhyNot("updateMilestone");
  const { notice, tell, clear } = useNotice();
  const setStatus = useSetStatus(tell);
  const read = useQuery(milestonesQuery(show === "all" ? "all" : "open"));
  const set = (next: string) =>
    void navigate({ search: next === "" ? {} : { show: next }, replace: true });
  const all = read.data?.data ?? [];
  const milestones = show === "late" ? all.filter((each) => daysLate(each) > 0) : all;
  const builds = buildsOf(milestones);
  return (
    <Page
      title="Installs"
      summary={
        <>
          {read.data && <span className="block">{summaryOf(all)}</span>}
          {because !== undefined && <span className="block">{because}</span>}
          {read.data?.more && (
            <span className="block">
              These are the first 1,000 milestones; tick some, and the next come up.
            </span>
          )}
        </>
      }
      actions={
        <select
          aria-label="Milestones"
          className={`${controlClass} !w-auto pr-7 pointer-coarse:h-11`}
          value={show ?? ""}
          onChange={({ target }) => set(target.value)}
        >
          <option value="">Open milestones</option>
          <option value="late">Late ones only</option>
          <option value="all">Done ones too</option>
        </select>
      }
    >
      <div className="grid max-w-[1000px] grid-cols-[minmax(0,1fr)] gap-4 px-4 sm:px-7">
        {read.isPending && <Skeleton rows={10} />}
        {read.isError && <Failure error={read.error} retry={() => void read.refetch()} />}
        {builds.map((build) => (
          <BuildPanel key={build.id} build={build} setStatus={setStatus} />
        ))}
        {read.data && builds.length === 0 && <Nothing show={show} showOpen={() => set("")} />}
        {read.data && show === undefined && <Idle />}
      </div>
      <Notice notice={notice} onClose={clear} />
    </Page>
  );
}

function summaryOf(milestones: readonly MilestoneView[]): string {
  const open = milestones.filter((each) => !isDone(each));
  const late = open.filter((each) => daysLate(each) > 0).length;
  const builds = new Set(open.map(({ install_id }) => install_id)).size;
  const told = `${counted(open.length, "open milestone")} on ${counted(builds, "build")}`;
  return late === 0 ? `${told}, none late.` : `${told}, ${late} late.`;
}

/** Builds that nobody has anything to do on: forgotten, or ready to be completed. */
function Idle() {
  const { data = [] } = useDeals(undefined);
  const idle = data.filter(
    ({ install, open_milestones }) => install?.status === "active" && open_milestones === 0,
  );
  if (idle.length === 0) return null;
  return (
    <Panel title="Builds without an open milestone">
      <ul>
        {idle.map((deal: SurveyView) => (
          <li key={deal.id} className="border-b border-line last:border-b-0">
            <Link
              to="/deals/$id"
              params={{ id: deal.id }}
              className="flex min-h-11 flex-wrap items-center justify-between gap-x-4 px-5 py-2 hover:bg-sunken"
            >
              <span className="min-w-0 break-words" dir="auto">
                {nameOf(deal)}
              </span>
              <span className="min-w-0 break-words text-ink-2">
                <Words of={[deal.customer.city, deal.customer.state, deal.install?.stage]} />
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

interface NothingProps {
  readonly show: string | undefined;
  readonly showOpen: () => void;
}

function Nothing({ show, showOpen }: NothingProps) {
  if (show === "late") {
    return (
      <Empty
        title="Nothing is late."
        action={<Button onClick={showOpen}>Show all open milestones</Button>}
      />
    );
  }
  return (
    <Empty
      title="No open milestones. They come with a build, from the installer's templates or by hand."
      action={
        <Link to="/pipeline" className="text-cell underline">
          Go to the pipeline
        </Link>
      }
      command="npx heliograph trigger project_milestone_created"
    />
  );
}
