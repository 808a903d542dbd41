import { queryOptions } from "@tanstack/react-query";
import type { EventEnvelope } from "../../../src/contract/catalogue.ts";
import { api, queries } from "../api.ts";
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
  /** Whether there was more than was read. */
  readonly isCut: boolean;
}

/** Beyond every position: the feed is read from its end. */
const end = Number.MAX_SAFE_INTEGER;
const pageSize = 200;
/** How many pages of a day are read at most. */
const mostPages = 5;

/** Start of the viewer's day. */
export function startOfDay(now: number): Date {
  const start = new Date(now);
  start.setHours(0, 0, 0, 0);
  return start;
}

/** Today's events by stage. What is known stays: after the first time only what came since is read. */
export const todayQuery = (since: string) =>
  queryOptions({
    queryKey: ["flow", "today", since],
    queryFn: async (): Promise<Today> => {
      const known = queries.getQueryData<Today>(["flow", "today", since]);
      const { events, head, isCut } = await readBack(since, known?.head ?? 0);
      const stages: Record<string, StageToday> = { ...known?.stages };
      // Oldest first, so that what is seen last is the newest.
      for (const { type, timestamp } of events.toReversed()) {
        const stage = stageOf(type);
        const before = stages[stage];
        stages[stage] = {
          count: (before?.count ?? 0) + 1,
          lastAt: timestamp,
          types: [type, ...(before?.types ?? []).filter((other) => other !== type)],
        };
      }
      return { head, stages, isCut: isCut || known?.isCut === true };
    },
  });

/** The events since an instant and after a position, newest first. */
async function readBack(since: string, after: number) {
  const events: EventEnvelope[] = [];
  let head = after;
  let before = end;
  for (let page = 0; page < mostPages; page++) {
    const { data, next } = await api.events.list({ before, limit: pageSize });
    const read = data as unknown as EventEnvelope[];
    head = Math.max(head, read[0]?.sequence ?? 0);
    const wanted = read.filter((event) => event.sequence > after && event.timestamp >= since);
    events.push(...wanted);
    if (wanted.length < read.length || next === null) return { events, head, isCut: false };
    before = Number(next);
  }
  return { events, head, isCut: true };
}
