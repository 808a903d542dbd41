import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import type { SurveyView } from "../../../src/contract/resources/view.ts";
import { rules } from "../../../src/contract/rules.ts";
import { doEach } from "../batch.ts";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { SelectField } from "../ui/Field.tsx";
import { counted } from "../ui/figures.ts";
import { Refusals } from "../ui/Refusals.tsx";
import { inWords } from "../ui/Tag.tsx";
import type { Chosen } from "../ui/useChosen.ts";
import { nameOf } from "./read.ts";
import { ruleAgainst, stages, type Stage } from "./stages.ts";
import { moveDeal, placeDeal, readMoved } from "./useMove.tsx";

/** What can be done with the deals that are chosen. */
export function ChosenDeals({ chosen }: { readonly chosen: Chosen<SurveyView> }) {
  // As it was when it was opened: a deal that is moved out of what is shown stays in the account.
  const [moving, setMoving] = useState<readonly SurveyView[]>();
  if (chosen.rows.length === 0 && moving === undefined) return null;
  return (
    <div
      role="group"
      aria-label="Chosen deals"
      className="mb-2 flex flex-wrap items-center gap-2 border-t border-line bg-cell-tint px-4 py-2 sm:px-7"
    >
      <span role="status" className="mr-2 font-[560]">
        {counted(chosen.rows.length, "deal")} chosen
      </span>
      <Button small onClick={() => setMoving(chosen.rows)}>
        Move to…
      </Button>
      <Button small look="quiet" onClick={chosen.clear}>
        Choose none
      </Button>
      <Dialog
        title={`Move ${counted(moving?.length ?? 0, "deal")}`}
        open={moving !== undefined}
        onClose={() => setMoving(undefined)}
      >
        {moving && (
          <MoveMany deals={moving} onMoved={chosen.clear} onClose={() => setMoving(undefined)} />
        )}
      </Dialog>
    </div>
  );
}

interface MoveManyProps {
  readonly deals: readonly SurveyView[];
  readonly onMoved: () => void;
  readonly onClose: () => void;
}

/** Moves deals one after the other; one that is refused stays where it is, and is listed with its rule. */
function MoveMany({ deals, onMoved, onClose }: MoveManyProps) {
  const [to, setTo] = useState<Stage | "">("");
  const [done, setDone] = useState(0);
  const toMove = deals.filter(({ stage }) => stage !== to);
  const run = useMutation({
    mutationFn: (stage: Stage) =>
      doEach(
        toMove,
        async (deal) => {
          const { version, completed_at } = await moveDeal(deal, stage);
          placeDeal(deal.id, { stage, version, completed_at });
        },
        setDone,
      ),
    async onSettled() {
      onMoved();
      await readMoved();
    },
  });
  if (run.isSuccess) {
    const { data: refused, variables: stage } = run;
    return (
      <div className="grid gap-4">
        <p role="status">
          {(done - refused.length).toLocaleString()} of {counted(done, "deal")} moved to{" "}
          {inWords(stage)}.
        </p>
        <Refusals
          refused={refused}
          nameOf={(deal) => `${nameOf(deal)} stays at ${inWords(deal.stage)}`}
        />
        <div className="flex justify-end">
          <Button onClick={onClose}>Close</Button>
        </div>
      </div>
    );
  }
  return (
    <div className="grid gap-4">
      <SelectField
        label="Move to"
        value={to}
        onChange={(stage) => setTo(stage as Stage | "")}
        options={[
          ["", "Choose a stage"],
          ...stages.map((stage) => [stage, inWords(stage)] as const),
        ]}
      />
      <ul
        aria-label="Deals to move"
        className="grid max-h-[40vh] gap-1 overflow-y-auto"
        tabIndex={0}
      >
        {deals.map((deal) => (
          <li key={deal.id} className="break-words">
            <span className="font-[560]" dir="auto">
              {nameOf(deal)}
            </span>{" "}
            <span className="text-12 text-ink-2">{inWords(deal.stage)}</span>
            {to !== "" && <Outlook deal={deal} to={to} />}
          </li>
        ))}
      </ul>
      {run.isPending && (
        <p role="status">
          {done} of {toMove.length} asked for
        </p>
      )}
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>Leave them</Button>
        <Button
          look="strong"
          disabled={run.isPending}
          because={
            to === ""
              ? "Choose a stage first."
              : toMove.length === 0
                ? "All of them are there already."
                : undefined
          }
          onClick={() => to !== "" && run.mutate(to)}
        >
          Move, {toMove.length.toLocaleString()}
        </Button>
      </div>
    </div>
  );
}

/** What is to be expected of a move, where it is not that it happens. */
function Outlook({ deal, to }: { readonly deal: SurveyView; readonly to: Stage }) {
  const rule = ruleAgainst(deal, to);
  if (deal.stage !== to && rule === undefined) return null;
  return (
    <span className="block text-12 text-retry">
      {deal.stage === to ? "Is there already." : `Needs this: ${rules[rule ?? "deal_open"]}`}
    </span>
  );
}
