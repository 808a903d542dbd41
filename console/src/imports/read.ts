import { infiniteQueryOptions } from "@tanstack/react-query";
import type { Import } from "../../../src/contract/resources/import.ts";
import { api } from "../api.ts";
import type { Tone } from "../ui/Tag.tsx";

/** How often an import that goes on is looked at again: a silent one is told by no event, in milliseconds. */
const againMs = 2_000;

/** An organization's imports, newest first. */
export const importsQuery = infiniteQueryOptions({
  queryKey: ["flow", "imports"],
  initialPageParam: undefined as string | undefined,
  queryFn: ({ pageParam }) =>
    api.imports.list({ limit: 25, ...(pageParam !== undefined && { after: pageParam }) }),
  getNextPageParam: ({ next }) => next ?? undefined,
  refetchInterval: ({ state }) =>
    state.data?.pages.some(({ data }) => data.some(isGoingOn)) === true && againMs,
});

/** Rows of an import that did not fit, by their lines. */
export const faultsQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: ["flow", "importFaults", id],
    initialPageParam: 0,
    queryFn: ({ pageParam }) => api.importFaults.list({ id, limit: 50, after: pageParam }),
    getNextPageParam: ({ next }) => (next === null ? undefined : Number(next)),
  });

const isGoingOn = ({ finished_at }: Import): boolean => finished_at === null;

/** How an import stands, in words. Whether somebody is at it cannot be known: it goes on until its maker says that it ends. */
export const standingOf = (each: Import): readonly [word: string, tone: Tone] =>
  isGoingOn(each)
    ? [`Open, up to line ${each.line.toLocaleString("en-US")}`, "sun"]
    : ["Finished", "ok"];
