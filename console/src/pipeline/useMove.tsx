import { useMutation } from "@tanstack/react-query";
import { useCallback, useEffect, useRef } from "react";
import type { SurveyView } from "../../../src/contract/resources/view.ts";
import { api, queries } from "../api.ts";
import { Refusal, type NoticeOf } from "../ui/Notice.tsx";
import { inWords } from "../ui/Tag.tsx";
import { dealsKey, nameOf } from "./read.ts";
import type { Stage } from "./stages.ts";

export type Move = (deal: SurveyView, to: Stage) => void;

/** Ids of a card's button and of a column's head: focus follows a deal that was moved. */
export const buttonId = (dealId: string) => `move-${dealId}`;
export const headId = (stage: Stage) => `stage-${stage}`;

/** Moves deals: at once on the page, and back with the rule when the service refuses. */
export function useMove(tell: (notice: NoticeOf) => void): Move {
  const followed = useRef<{ readonly dealId: string; readonly stage: Stage }>(undefined);
  useEffect(() => {
    const to = followed.current;
    if (!to) return;
    const button = document.getElementById(buttonId(to.dealId));
    // Until the card has moved: it is drawn anew there, and focus would be lost with the old one.
    const at = button?.closest<HTMLElement>("[data-stage]")?.dataset["stage"];
    if (button && at !== to.stage) return;
    followed.current = undefined;
    (button ?? document.getElementById(headId(to.stage)))?.focus();
  });
  const { mutate } = useMutation({
    mutationFn: ({ deal, to }: { deal: SurveyView; to: Stage }) => moveDeal(deal, to),
    async onMutate({ deal, to }) {
      await queries.cancelQueries({ queryKey: dealsKey });
      followed.current = { dealId: deal.id, stage: to };
      placeDeal(deal.id, { stage: to });
    },
    onSuccess({ stage, version, completed_at }, { deal }) {
      placeDeal(deal.id, { stage, version, completed_at });
      tell({
        kind: "done",
        text: `${nameOf(deal)} moved to ${inWords(stage)}.`,
        // A completed deal stays completed.
        ...(stage !== "completed" && {
          undo: () => mutate({ deal: { ...deal, stage, version }, to: deal.stage }),
        }),
      });
    },
    onError(error, { deal, to }) {
      followed.current = { dealId: deal.id, stage: deal.stage };
      placeDeal(deal.id, { stage: deal.stage });
      tell({
        kind: "refused",
        text: (
          <Refusal
            what={`${nameOf(deal)} stays at ${inWords(deal.stage)} and was not moved to ${inWords(to)}.`}
            error={error}
          />
        ),
      });
    },
    onSettled: readMoved,
  });
  return useCallback(
    (deal, to) => {
      if (deal.stage !== to) mutate({ deal, to });
    },
    [mutate],
  );
}

/** Asks the service for a move, of the deal as it is shown. */
export const moveDeal = ({ id, version }: SurveyView, to: Stage) =>
  to === "completed"
    ? api.surveys.complete({ id }, { ifMatch: version })
    : api.surveys.update({ id, stage: to }, { ifMatch: version });

/** Reads again what moves changed. */
export const readMoved = () =>
  queries.invalidateQueries({
    predicate: ({ queryKey }) => queryKey[0] === "flow" || queryKey[0] === dealsKey[0],
  });

/** Writes into every list that was read what is known of a deal before the lists are read again. */
export function placeDeal(dealId: string, known: Partial<SurveyView>): void {
  queries.setQueriesData<SurveyView[]>({ queryKey: dealsKey }, (deals) =>
    deals?.map((deal) => (deal.id === dealId ? { ...deal, ...known } : deal)),
  );
}
