import type { CallInput } from "../../src/sdk/client.ts";
import { both, command, pick } from "./command.ts";
import { anInstant, differs, set, type Install, type Milestone } from "./records.ts";

/** A milestone is made and changed while its install is active or complete. */
const canBuild = ({ is: { status } }: Install) => status === "active" || status === "complete";

type Edit = Dated & { title?: string; blocked_reason?: string };
type Dated = Pick<CallInput<"updateMilestone">, "status" | "started_on" | "completed_on">;

/** Starting and completing it date it, unless a date is given or there. One that is completed no more has no such date. */
function datesOf(before: Milestone | null, { status, started_on, completed_on }: Dated) {
  const isReopened = before?.is.status === "completed" && status && status !== "completed";
  const startedOn = started_on ?? before?.startedOn ?? (status === "in_progress" ? "today" : null);
  const completedOn =
    completed_on ??
    (isReopened ? null : before?.completedOn) ??
    (status === "completed" ? "today" : null);
  const isInOrder = startedOn === null || completedOn === null || startedOn <= completedOn;
  return { startedOn, completedOn, isInOrder };
}

/** The days as far as they are foretold. */
const shown = ({ startedOn, completedOn }: Pick<Milestone, "startedOn" | "completedOn">) => ({
  started_on: startedOn && anInstant,
  completed_on: completedOn && anInstant,
});

export const createMilestone = command({
  by: both,
  on: ({ installs }) => installs,
  plan(install, { model, variant }) {
    const given = pick<Dated>(variant, [
      {},
      { status: "in_progress" },
      { started_on: "2026-03-02", completed_on: "2026-03-01" },
    ]);
    const { isInOrder, ...dates } = datesOf(null, given);
    const { deal } = install;
    return {
      deal,
      input: given,
      call: ({ milestones }) =>
        milestones.create({ id: install.id, title: "Permit", task_group: "other", ...given }),
      must: { install_active: canBuild(install), milestone_dates_in_order: isInOrder },
      tells: ["project_milestone_created"],
      becomes: ({ id }) =>
        model.milestones.push({
          id,
          deal,
          install,
          is: {
            title: "Permit",
            status: given.status ?? "not_started",
            blocked_reason: null,
            ...shown(dates),
          },
          ...dates,
        }),
    };
  },
});

/** What holds it up, as long as it is blocked. */
const reasonOf = ({ is }: Milestone, { status = is.status, blocked_reason }: Edit) =>
  blocked_reason ?? (status === "blocked" ? is.blocked_reason : null);

export const updateMilestone = command({
  by: both,
  on: ({ milestones }) => milestones,
  plan(milestone, { variant }) {
    const given = pick<Edit>(variant, [
      { status: "completed" },
      { status: "in_progress" },
      { title: "Permits" },
      { status: "blocked", blocked_reason: "County asks for a revised plan set" },
      { status: "canceled" },
      { completed_on: "2026-03-01" },
    ]);
    const { isInOrder, ...dates } = datesOf(milestone, given);
    const { status = milestone.is.status, title = milestone.is.title } = given;
    const values = { title, status, ...shown(dates), blocked_reason: reasonOf(milestone, given) };
    return {
      deal: milestone.deal,
      input: given,
      call: ({ milestones }) => milestones.update({ id: milestone.id, ...given }),
      must: { install_active: canBuild(milestone.install), milestone_dates_in_order: isInOrder },
      differs:
        differs(milestone, values) ||
        dates.startedOn !== milestone.startedOn ||
        dates.completedOn !== milestone.completedOn,
      tells: ["project_milestone_updated"],
      becomes() {
        set(milestone, values);
        Object.assign(milestone, dates);
      },
    };
  },
});
