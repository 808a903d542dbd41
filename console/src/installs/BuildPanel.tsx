import { Link } from "@tanstack/react-router";
import { fullName } from "../customers/read.ts";
import { useNames, useRights } from "../parties.ts";
import { counted } from "../ui/figures.ts";
import { Panel } from "../ui/Panel.tsx";
import { Tag } from "../ui/Tag.tsx";
import { MilestoneRow } from "./MilestoneRow.tsx";
import { isDone, type Build } from "./read.ts";
import type { SetStatus } from "./useMilestone.tsx";
import { Words } from "../ui/Words.tsx";

/** A build with its milestones. */
export function BuildPanel({ build, setStatus }: { build: Build; setStatus: SetStatus }) {
  const { organizations } = useNames();
  const { organizationId } = useRights();
  const { of, milestones, late } = build;
  const open = milestones.filter((each) => !isDone(each)).length;
  const { install, customer, survey_id } = of;
  // To the installer his own name says nothing.
  const installer =
    install.epc_id === organizationId ? undefined : organizations.get(install.epc_id);
  const where = [customer.city, customer.state, installer, install.stage];
  return (
    <Panel
      title={
        <Link
          to="/deals/$id"
          params={{ id: survey_id }}
          dir="auto"
          className="break-words hover:underline"
        >
          {fullName(customer)}
        </Link>
      }
      aside={
        <span className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-1">
          <span className="min-w-0 break-words text-ink-2">
            <Words of={where} />
          </span>
          {late > 0 ? (
            <Tag tone="retry">{late} late</Tag>
          ) : (
            <Tag>{open === 0 ? "All done" : counted(open, "open", "open")}</Tag>
          )}
        </span>
      }
    >
      <ul>
        {milestones.map((milestone) => (
          <MilestoneRow key={milestone.id} milestone={milestone} setStatus={setStatus} />
        ))}
      </ul>
    </Panel>
  );
}
