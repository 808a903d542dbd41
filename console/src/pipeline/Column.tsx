import { ChevronRight } from "lucide-react";
import { useState, type DragEvent } from "react";
import type { SurveyView } from "../../../src/contract/resources/view.ts";
import { Button } from "../ui/Button.tsx";
import { counted, roughDollars } from "../ui/figures.ts";
import { inWords } from "../ui/Tag.tsx";
import { Card } from "./Card.tsx";
import type { Choosing } from "./ChooseBox.tsx";
import { worthOf } from "./read.ts";
import { placeOf, type Stage } from "./stages.ts";
import { headId, type Move } from "./useMove.tsx";

/** Cards shown at first: nobody reads more, and the page stays quick. */
const firstCards = 40;

interface ColumnProps {
  readonly stage: Stage;
  readonly deals: readonly SurveyView[];
  /** Null where the column is always unfolded. */
  readonly fold: { readonly isFolded: boolean; readonly toggle: () => void } | null;
  readonly dragged: SurveyView | undefined;
  readonly onDrag: (deal: SurveyView | undefined) => void;
  readonly move: Move;
  readonly choosing: Choosing;
  readonly mayMove: (deal: SurveyView) => boolean;
  readonly repOf: ReadonlyMap<string, string>;
}

/** A stage on the one line, and the deals that are there. */
export function Column(props: ColumnProps) {
  const { stage, deals, fold, dragged, onDrag, move, choosing, mayMove, repOf } = props;
  const [isOver, setOver] = useState(false);
  const [shown, setShown] = useState(firstCards);
  const takes = dragged !== undefined && dragged.stage !== stage;
  const isFolded = fold?.isFolded ?? false;
  const isNarrow = deals.length === 0 || isFolded;
  const over = (event: DragEvent) => {
    if (!takes) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "move";
    setOver(true);
  };
  const leave = (event: DragEvent) => {
    if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setOver(false);
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    if (dragged && takes) move(dragged, stage);
    onDrag(undefined);
  };
  return (
    <section
      data-stage={stage}
      aria-labelledby={headId(stage)}
      onDragOver={over}
      onDragEnter={over}
      onDragLeave={leave}
      onDrop={drop}
      className={`flex shrink-0 flex-col rounded-control pb-6 ${isNarrow ? "w-[132px]" : "w-[222px]"} ${isOver && takes ? "bg-cell-tint outline-2 outline-cell outline-dashed" : takes ? "bg-sunken" : "bg-canvas"}`}
    >
      <Head stage={stage} deals={deals} fold={fold} />
      {!isFolded && (
        <ul aria-label={inWords(stage)} className="grid grid-cols-[minmax(0,1fr)] gap-2">
          {deals.slice(0, shown).map((deal) => (
            <Card
              key={deal.id}
              deal={deal}
              rep={repOf.get(deal.customer.rep_id ?? "")}
              move={mayMove(deal) ? move : undefined}
              isChosen={choosing.has(deal.id)}
              choose={choosing.choose}
              onDrag={onDrag}
            />
          ))}
        </ul>
      )}
      {!isFolded && deals.length > shown && (
        <Button small className="mt-2" onClick={() => setShown(shown + firstCards)}>
          Show {Math.min(firstCards, deals.length - shown)} more of {deals.length}
        </Button>
      )}
    </section>
  );
}

function Head({ stage, deals, fold }: Pick<ColumnProps, "stage" | "deals" | "fold">) {
  const worth = worthOf(deals);
  const place = placeOf(stage);
  const dot =
    deals.length === 0 || place === "aside" ? "border-[1.6px] border-line-2 bg-canvas" : "bg-ink";
  return (
    <header className="sticky top-0 z-10 bg-inherit pb-2.5">
      <div aria-hidden className="flex h-5 items-center">
        <span className={`size-3 shrink-0 rounded-full ${dot}`} />
        {place === "open" && <span className="-mr-3 ml-1.5 h-[1.6px] flex-1 bg-ink" />}
        {place === "aside" && (
          <span className="ml-1.5 flex w-6 items-center">
            <span className="h-[1.6px] flex-1 bg-line-2" />
            <span className="h-2 w-[1.6px] bg-line-2" />
          </span>
        )}
      </div>
      <div className="flex min-h-10 flex-wrap items-baseline gap-x-2">
        <h2 id={headId(stage)} tabIndex={-1} className="text-13 leading-5">
          {inWords(stage)}
          <span className="sr-only">, {counted(deals.length, "deal")}</span>
        </h2>
        <span aria-hidden className="text-ink-3 tabular-nums">
          {deals.length}
        </span>
        {worth !== undefined && (
          <span className="ml-auto text-ink-2 tabular-nums" title="What these deals are worth">
            {roughDollars(worth)}
          </span>
        )}
      </div>
      {fold && deals.length > 0 && (
        <button
          type="button"
          aria-expanded={!fold.isFolded}
          aria-label={`${fold.isFolded ? "Show" : "Fold"} ${inWords(stage)}`}
          onClick={fold.toggle}
          className="flex h-6 items-center gap-1 rounded-tag text-12 text-cell hover:underline"
        >
          <ChevronRight size={12} aria-hidden className={fold.isFolded ? "" : "rotate-90"} />
          {fold.isFolded ? "Show" : "Fold"}
        </button>
      )}
    </header>
  );
}
