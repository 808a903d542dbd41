import { Link } from "@tanstack/react-router";
import { nowDate } from "../clock.ts";
import { installLifecycle } from "../../../src/contract/lifecycle.ts";
import { api } from "../api.ts";
import { Command } from "../forms/Command.tsx";
import { given } from "../forms/given.ts";
import { Facts, Panel } from "../ui/Panel.tsx";
import { inWords, Tag } from "../ui/Tag.tsx";
import { dayOf } from "../ui/Time.tsx";
import { ChangeOrders } from "./ChangeOrders.tsx";
import { as, dollars, type DealRecords } from "./read.ts";

type Install = NonNullable<DealRecords["install"]>;

/** The build: where it stands, its milestones, and what amends its contract. */
export function Build({ records }: { readonly records: DealRecords }) {
  const { install } = records;
  if (!install) return null;
  return (
    <>
      <Milestones records={records} install={install} />
      <System install={install} />
      <ChangeOrders records={records} install={install} />
    </>
  );
}

function Milestones({
  records,
  install,
}: {
  readonly records: DealRecords;
  readonly install: Install;
}) {
  const { milestones } = records;
  const done = milestones.filter(({ status }) => status === "completed").length;
  const may = installLifecycle[install.status];
  return (
    <Panel
      title={`Milestones, ${done} of ${milestones.length} done`}
      aside={
        <Command
          name="createMilestone"
          title="Add a milestone"
          verb="Add"
          label="Add a milestone"
          cell={may.build}
          start={{ task_group: "other" }}
          run={(body) =>
            api.milestones.create({
              id: install.id,
              ...given<Omit<Parameters<typeof api.milestones.create>[0], "id">>(body),
            })
          }
        />
      }
    >
      <ul>
        {milestones.map((milestone) => {
          const { id, version, title, status, due_on, completed_on, blocked_reason } = milestone;
          const isLate = due_on !== null && completed_on === null && due_on < today();
          return (
            <li
              key={id}
              className="flex min-h-11 flex-wrap items-center gap-2.5 border-b border-line px-5 py-2 last:border-0"
            >
              <span
                aria-hidden
                className={`size-2.5 shrink-0 rounded-full border-2 ${status === "completed" ? "border-ink bg-ink" : status === "in_progress" || status === "submitted" ? "border-ink bg-sun" : "border-line-2"}`}
              />
              <div className="min-w-0 flex-[1_1_170px]">
                <span className="line-clamp-3 font-[560] break-words" title={title} dir="auto">
                  {title}
                </span>
                <p className={`text-12 break-words ${isLate ? "text-retry" : "text-ink-3"}`}>
                  {completed_on !== null
                    ? `Done ${dayOf(completed_on)}`
                    : due_on !== null
                      ? `${isLate ? "Late, due" : "Due"} ${dayOf(due_on)}`
                      : inWords(status)}
                  {blocked_reason !== null && (
                    <>
                      , blocked: <bdi>{blocked_reason}</bdi>
                    </>
                  )}
                </p>
              </div>
              {status !== "completed" && (
                <Command
                  name="updateMilestone"
                  title={`Complete “${title}”`}
                  verb="Done"
                  cell={may.build}
                  only={["completed_on"]}
                  start={{ completed_on: today() }}
                  run={(body) =>
                    api.milestones.update(
                      { id, status: "completed", ...given<object>(body) },
                      { ifMatch: version },
                    )
                  }
                />
              )}
              <Command
                name="updateMilestone"
                title={`Change “${title}”`}
                verb="Change"
                look="quiet"
                cell={may.build}
                before={as(milestone)}
                run={(body) =>
                  api.milestones.update({ id, ...given<object>(body) }, { ifMatch: version })
                }
              />
            </li>
          );
        })}
        {milestones.length === 0 && <li className="px-5 py-4 text-ink-2">No milestone yet.</li>}
      </ul>
    </Panel>
  );
}

function today(): string {
  const now = nowDate();
  return `${now.getFullYear()}-${String(now.getMonth() + 1).padStart(2, "0")}-${String(now.getDate()).padStart(2, "0")}`;
}

function System({ install }: { readonly install: Install }) {
  const { id, version, status } = install;
  const may = installLifecycle[status];
  const match = { ifMatch: version };
  return (
    <Panel
      title="Install"
      aside={
        <Tag tone={status === "active" || status === "complete" ? "ok" : "fail"}>
          {inWords(status)}
        </Tag>
      }
    >
      <Facts
        facts={[
          ["Size", `${install.system_size_dc_kw} kW DC`],
          [
            "Modules",
            install.modules.map(({ count, model }) => `${count} × ${model}`).join(", ") || "–",
          ],
          [
            "Batteries",
            install.batteries.map(({ count, model }) => `${count} × ${model}`).join(", ") || "None",
          ],
          ["Contract", dollars(install.contract_price_cents)],
          ...(install.commission_cents === undefined
            ? []
            : ([["Commission", dollars(install.commission_cents)]] as const)),
          ...(install.install_cost_cents === undefined
            ? []
            : ([["Cost of the build", dollars(install.install_cost_cents)]] as const)),
          ["Stage", install.stage],
          ["Project manager", install.project_manager],
          ["Submissions", install.submission_number],
          ["Permission to operate", install.pto_on === null ? null : dayOf(install.pto_on)],
        ]}
      />
      <div className="flex flex-wrap gap-2 px-5 pb-4">
        <Command
          name="submitInstall"
          title="Submit the project"
          verb="Submit"
          cell={may.submit}
          run={() => api.installs.submit({ id }, match)}
        />
        <Link
          to="/deals/$id/next-steps"
          params={{ id: install.survey_id }}
          className="self-center text-12 text-cell underline"
        >
          Next steps
        </Link>
        <Command
          name="updateInstall"
          title="Change the install"
          verb="Change"
          cell={may.change}
          before={as(install)}
          run={(body) => api.installs.update({ id, ...given<object>(body) }, match)}
        />
        <Command
          name="completeInstall"
          title="Complete the install"
          verb="Complete"
          cell={may.complete}
          run={() => api.installs.complete({ id }, match)}
        />
        <Command
          name="restoreInstall"
          title="Undo the void"
          verb="Restore"
          cell={may.restore}
          run={() => api.installs.restore({ id }, match)}
        />
        <Command
          name="voidInstall"
          title="Make the contract void"
          verb="Void the contract"
          look="danger"
          cell={may.void}
          run={(body) => api.installs.void({ id, ...given<{ reason: string }>(body) }, match)}
        />
      </div>
    </Panel>
  );
}
