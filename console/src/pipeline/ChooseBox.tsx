import type { SurveyView } from "../../../src/contract/resources/view.ts";
import { nameOf } from "./read.ts";

/** Choosing deals, as cards and rows are handed it. */
export interface Choosing {
  readonly has: (id: string) => boolean;
  /** @param isRange whether all from the one chosen before are meant. */
  readonly choose: (id: string, isRange: boolean) => void;
}

interface ChooseBoxProps {
  readonly deal: SurveyView;
  readonly isChosen: boolean;
  readonly choose: Choosing["choose"];
}

/** Chooses a deal, to do something with many. */
export function ChooseBox({ deal, isChosen, choose }: ChooseBoxProps) {
  return (
    <input
      type="checkbox"
      aria-label={`Choose ${nameOf(deal)}`}
      checked={isChosen}
      onChange={() => choose(deal.id, false)}
      className="size-4 shrink-0 align-middle accent-cell"
    />
  );
}
