import { queryOptions } from "@tanstack/react-query";
import { api } from "../api.ts";
import { stageOf } from "../catalogue/stages.ts";

/** What happened today at one stage of the flow. */
export interface StageToday {
  readonly count: number;
  /** When the last of it happened. */
  readonly lastAt: string;
  /** Types of the events, the newest first. */
  readonly types: readonly string[];
}

export interface Today {
  /** Newest position of the feed; 0 when it is empty. */
  readonly head: number;
  readonly stages: Readonly<Record<string, StageToday>>;
}

/** Start of the viewer's day. */
export function startOfDay(now: number): Date {
  const start = new Date(now);
  start.setHours(0, 0, 0, 0);
  return start;
}

/** Today's events by stage. */
export const todayQuery = (since: string) =>
  queryOptions({
    queryKey: ["flow", "today", since],
    queryFn: async (): Promise<Today> => {
      const { data, head } = await api.events.count({ since });
      const newest = data.toSorted((one, other) => other.last_at.localeCompare(one.last_at));
      const stages: Record<string, StageToday> = {};
      for (const { type, count, last_at } of newest) {
        const stage = stageOf(type);
        const known = stages[stage] ?? { count: 0, lastAt: last_at, types: [] };
        stages[stage] = { ...known, count: known.count + count, types: [...known.types, type] };
      }
      return { head, stages };
    },
  });
