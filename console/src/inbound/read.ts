import { queryOptions } from "@tanstack/react-query";
import type { ReceiptOutcome } from "../../../src/contract/resources/inlet.ts";
import { api, queries } from "../api.ts";
import type { Tone } from "../ui/Tag.tsx";

/** An organization's inlets. */
export const inletsQuery = queryOptions({
  queryKey: ["flow", "inlets"],
  queryFn: () => api.inlets.list({ limit: 200 }),
});

/** How often what came in is looked at again: what is kept out is told by no event, in milliseconds. */
const againMs = 3_000;

/** What an inlet took last. */
export const receiptsQuery = (id: string) =>
  queryOptions({
    queryKey: ["flow", "receipts", id],
    queryFn: () => api.receipts.list({ id, limit: 50 }),
    refetchInterval: againMs,
  });

/** Reads again what changed here. */
export const readAgain = () => queries.invalidateQueries({ queryKey: ["flow"] });

/** What became of a delivery, in words. */
export const outcomes: Readonly<Record<ReceiptOutcome, readonly [word: string, tone: Tone]>> = {
  appended: ["In the feed", "ok"],
  unrecognised: ["In the feed, unknown", "sun"],
  double: ["Kept out: double", "plain"],
  near_empty: ["Kept out: near empty", "plain"],
};
