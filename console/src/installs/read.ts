import { queryOptions } from "@tanstack/react-query";
import { nowDate } from "../clock.ts";
import type { MilestoneView } from "../../../src/contract/resources/view.ts";
import { api } from "../api.ts";
import { dayKey } from "../appointments/week.ts";

/** Milestones of the builds that go on, in the order in which they are due. */
export const milestonesQuery = (state: "open" | "all") =>
  queryOptions({
    queryKey: ["flow", "milestones", state],
    queryFn: () => api.milestones.search({ state }),
  });

/** Whether nothing is left to do on it. */
export const isDone = ({ status }: MilestoneView): boolean =>
  status === "completed" || status === "canceled";

/** Days that have passed since a milestone was due; 0 when it is not late. */
export function daysLate(milestone: MilestoneView, today = dayKey(nowDate())): number {
  const { due_on } = milestone;
  if (due_on === null || isDone(milestone) || due_on >= today) return 0;
  return Math.round((Date.parse(today) - Date.parse(due_on)) / 86_400_000);
}

export interface Build {
  readonly id: string;
  readonly milestones: readonly MilestoneView[];
  /** One of its milestones, for the names. */
  readonly of: MilestoneView;
  readonly late: number;
}

/** Milestones by build; the build whose open milestone was due first comes first. */
export function buildsOf(milestones: readonly MilestoneView[]): readonly Build[] {
  const groups = Map.groupBy(milestones, ({ install_id }) => install_id);
  return [...groups]
    .flatMap(([id, all]) => {
      const [of] = all;
      const late = all.filter((each) => daysLate(each) > 0).length;
      return of ? [{ id, milestones: all, of, late }] : [];
    })
    .toSorted((one, other) => firstDue(one).localeCompare(firstDue(other)));
}

/** Without an open milestone that is due some day, after all that have one. */
const firstDue = ({ milestones }: Build): string =>
  milestones.reduce(
    (first, milestone) =>
      !isDone(milestone) && milestone.due_on !== null && milestone.due_on < first
        ? milestone.due_on
        : first,
    "9999",
  );
