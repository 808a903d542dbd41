import { useState } from "react";
import type { SurveyView } from "../../../src/contract/resources/view.ts";
import { useNames } from "../parties.ts";
import type { Choosing } from "./ChooseBox.tsx";
import { Column } from "./Column.tsx";
import type { PipelineSearch } from "./read.ts";
import { placeOf, stages, type Stage } from "./stages.ts";
import type { Move } from "./useMove.tsx";

interface BoardProps {
  readonly deals: readonly SurveyView[];
  readonly search: PipelineSearch;
  readonly move: Move;
  readonly choosing: Choosing;
  readonly mayMove: (deal: SurveyView) => boolean;
}

/** The stages on one line, each with its deals. Those at its end and beside it are folded until somebody wants them. */
export function Board({ deals, search, move, choosing, mayMove }: BoardProps) {
  const { user } = useNames();
  const [dragged, setDragged] = useState<SurveyView>();
  const [unfolded, setUnfolded] = useState<ReadonlySet<Stage>>(new Set());
  const toggle = (stage: Stage) =>
    setUnfolded((before) => before.symmetricDifference(new Set([stage])));
  const shown = search.stage === undefined ? stages : stages.filter((is) => is === search.stage);
  return (
    <div
      role="region"
      aria-label="Board"
      tabIndex={0}
      className="flex min-h-0 flex-1 items-stretch gap-4 overflow-auto px-4 sm:px-7"
    >
      {shown.map((stage) => (
        <Column
          key={stage}
          stage={stage}
          deals={deals.filter((deal) => deal.stage === stage)}
          fold={
            placeOf(stage) === "open" || shown.length === 1
              ? null
              : { isFolded: !unfolded.has(stage), toggle: () => toggle(stage) }
          }
          dragged={dragged}
          onDrag={setDragged}
          move={move}
          choosing={choosing}
          mayMove={mayMove}
          repOf={user}
        />
      ))}
    </div>
  );
}
