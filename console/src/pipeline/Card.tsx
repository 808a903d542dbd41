import { Link } from "@tanstack/react-router";
import { memo } from "react";
import type { SurveyView } from "../../../src/contract/resources/view.ts";
import { initialsOf } from "../parties.ts";
import { counted, dollars } from "../ui/figures.ts";
import { ChooseBox, type Choosing } from "./ChooseBox.tsx";
import { isStuck, nameOf, quietDays } from "./read.ts";
import { MoveMenu } from "./MoveMenu.tsx";
import type { Move } from "./useMove.tsx";
import { Words } from "../ui/Words.tsx";

interface CardProps {
  readonly deal: SurveyView;
  /** Who sells it, where the name is known. */
  readonly rep: string | undefined;
  /** Left out where the session may not move it. */
  readonly move: Move | undefined;
  readonly isChosen: boolean;
  readonly choose: Choosing["choose"];
  readonly onDrag: (deal: SurveyView | undefined) => void;
}

/** A deal on the board. */
export const Card = memo(function Card({ deal, rep, move, isChosen, choose, onDrag }: CardProps) {
  const { customer, system_size_dc_kw, contract_price_cents, open_milestones } = deal;
  const figures = [
    system_size_dc_kw !== null && `${system_size_dc_kw.toFixed(1)} kW`,
    contract_price_cents !== null && dollars(contract_price_cents),
  ].filter((figure) => figure !== false);
  return (
    <li
      draggable={move !== undefined}
      onDragStart={(event) => {
        event.dataTransfer.effectAllowed = "move";
        event.dataTransfer.setData("text/plain", deal.id);
        onDrag(deal);
      }}
      onDragEnd={() => onDrag(undefined)}
      className={`relative rounded-panel border border-line px-3 py-2.5 hover:border-line-2 ${isChosen ? "bg-cell-tint" : "bg-surface"} ${move ? "cursor-grab active:cursor-grabbing" : ""}`}
    >
      <div className="flex items-start gap-1">
        {move && (
          <span className="pt-1 pr-1">
            <ChooseBox deal={deal} isChosen={isChosen} choose={choose} />
          </span>
        )}
        <Link
          to="/deals/$id"
          params={{ id: deal.id }}
          draggable={false}
          dir="auto"
          title={nameOf(deal)}
          className="min-w-0 flex-1 truncate pt-0.5 text-left font-[600] hover:underline"
        >
          {nameOf(deal)}
        </Link>
        {move && <MoveMenu deal={deal} move={move} />}
      </div>
      <p className="truncate text-ink-2">
        <Words of={[customer.city, customer.state]} />
      </p>
      {figures.length > 0 && <p className="text-ink-2 tabular-nums">{figures.join(", ")}</p>}
      <p className="mt-1.5 flex items-center gap-2 text-12">
        {rep !== undefined && (
          <span
            title={rep}
            aria-label={`Representative ${rep}`}
            role="img"
            className="rounded-tag bg-sunken px-1 font-[600] text-ink-2"
          >
            {initialsOf(rep)}
          </span>
        )}
        <Quiet deal={deal} />
      </p>
      {open_milestones > 0 && (
        <p className="text-12 text-ink-3">{counted(open_milestones, "open milestone")}</p>
      )}
    </li>
  );
});

/** How long nothing happened; in copper when it is too long. */
export function Quiet({ deal, short = false }: { deal: SurveyView; short?: boolean }) {
  const days = quietDays(deal);
  const stuck = isStuck(deal);
  return (
    <span
      title={deal.last_event ? `Last event: ${deal.last_event.type}` : "No event yet"}
      className={stuck ? "font-[600] text-retry" : "text-ink-3"}
    >
      {days === 0
        ? short
          ? "Today"
          : "Event today"
        : `${counted(days, "day")} ${short ? "ago" : "since last event"}`}
    </span>
  );
}
