import { dayOf, Time } from "../ui/Time.tsx";
import type { DealRecords } from "./read.ts";

interface Step {
  readonly label: string;
  /** When it was done: an instant or a day; null while it is not. */
  readonly at: string | null;
}

/** Where the deal stands on its way from lead to power: done, present, to come. */
export function Rail({ records }: { readonly records: DealRecords }) {
  const steps = stepsOf(records);
  const present =
    records.survey.completed_at === null ? steps.findIndex(({ at }) => at === null) : -1;
  return (
    <ol aria-label="Stages" className="flex overflow-x-auto px-4 pt-1 pb-4 sm:px-7" tabIndex={0}>
      {steps.map(({ label, at }, position) => {
        const isPresent = position === present;
        const isDone = at !== null;
        return (
          <li
            key={label}
            aria-current={isPresent ? "step" : undefined}
            className="relative min-w-[104px] flex-1"
          >
            {position < steps.length - 1 && (
              <span
                aria-hidden
                className={`absolute top-[7px] right-0 left-4 h-[1.6px] ${isDone ? "bg-ink" : "bg-line-2"}`}
              />
            )}
            <span
              aria-hidden
              className={`relative block size-4 rounded-full border-[2.5px] ${isPresent ? "border-ink bg-sun shadow-[0_0_0_4px_color-mix(in_srgb,var(--sun)_35%,transparent)]" : isDone ? "scale-75 border-ink bg-ink" : "scale-75 border-line-2 bg-canvas"}`}
            />
            <span
              className={`mt-2 block pr-2 ${isPresent ? "font-[620]" : isDone ? "font-[560]" : "text-ink-2"}`}
            >
              {label}
            </span>
            <span className="block text-12 text-ink-3">
              {at === null ? (
                isPresent ? (
                  "next"
                ) : (
                  ""
                )
              ) : at.length === 10 ? (
                dayOf(at)
              ) : (
                <Time at={at} />
              )}
            </span>
          </li>
        );
      })}
    </ol>
  );
}

function stepsOf(records: DealRecords): Step[] {
  const { survey, customer, install, agreement, designs, proposals, milestones } = records;
  const designed = designs.find(({ design }) => design !== null);
  const offered = proposals.find(({ status }) => status === "finalized");
  const build = [
    ["Permit", "permit_application"],
    ["Installed", "installation"],
    ["Inspection", "inspection_electrical"],
    ["Permission to operate", "permission_to_operate"],
  ] as const;
  const doneOn = (group: string) =>
    milestones.find((each) => each.task_group === group)?.completed_on ?? null;
  const hasStep = (group: string) => milestones.some((each) => each.task_group === group);
  const onInstall = {
    permit_application: null,
    installation: install?.installed_on ?? null,
    inspection_electrical: null,
    permission_to_operate: install?.pto_on ?? null,
  };
  return [
    { label: "Customer", at: customer.created_at },
    { label: "Design", at: designed?.completed_at ?? null },
    // An installer is not shown proposals; an agreement says that there was one.
    { label: "Proposal", at: offered?.finalized_at ?? agreement?.created_at ?? null },
    { label: "Agreement", at: agreement?.signed_at ?? null },
    { label: "Install", at: install?.created_at ?? null },
    ...build
      .map(([label, group]) => ({ label, group, at: doneOn(group) ?? onInstall[group] }))
      // Once there is a build, its milestones say which of these it has.
      .filter(({ group, at }) => !install || at !== null || hasStep(group)),
    { label: "Complete", at: survey.completed_at },
  ];
}
