import { Link } from "@tanstack/react-router";
import { useState, type ReactNode } from "react";
import type { SurveyView } from "../../../src/contract/resources/view.ts";
import { useNames } from "../parties.ts";
import { Button } from "../ui/Button.tsx";
import { dollars } from "../ui/figures.ts";
import { inWords, Tag } from "../ui/Tag.tsx";
import { Quiet } from "./Card.tsx";
import { ChooseBox, type Choosing } from "./ChooseBox.tsx";
import { MoveMenu } from "./MoveMenu.tsx";
import { isStuck, nameOf, quietSince } from "./read.ts";
import { stages } from "./stages.ts";
import type { Move } from "./useMove.tsx";
import { Words } from "../ui/Words.tsx";

interface TableProps {
  readonly deals: readonly SurveyView[];
  readonly move: Move;
  readonly choosing: Choosing;
  readonly mayMove: (deal: SurveyView) => boolean;
}

interface ColumnOf {
  readonly label: string;
  /** What rows are sorted by. */
  readonly by: (deal: SurveyView) => string | number;
  readonly cell: (deal: SurveyView) => ReactNode;
  readonly isNumber?: boolean;
}

/** Rows shown at first. */
const firstRows = 100;
const none = <span className="text-ink-3">–</span>;

/** The same deals as rows, those that are stuck first. */
export function Table({ deals, move, choosing, mayMove }: TableProps) {
  const { user, organizations } = useNames();
  const [sorted, setSorted] = useState({ label: "Last event", falls: false });
  const [shown, setShown] = useState(firstRows);
  const columns = columnsOf(user, organizations);
  const by = columns.find(({ label }) => label === sorted.label)?.by ?? quietSince;
  const rows = deals.toSorted(
    (one, other) => (sorted.falls ? -1 : 1) * compare(by(one), by(other)),
  );
  return (
    <div
      role="region"
      aria-label="Deals"
      tabIndex={0}
      className="min-h-0 flex-1 overflow-auto border-t border-line bg-surface"
    >
      <table className="w-full min-w-[960px] border-separate border-spacing-0 text-left">
        <thead>
          <tr>
            <th scope="col" className="sticky top-0 z-10 w-10 border-b border-line bg-surface">
              <span className="sr-only">Choose</span>
            </th>
            {columns.map(({ label, isNumber }) => (
              <th
                key={label}
                scope="col"
                aria-sort={
                  sorted.label === label ? (sorted.falls ? "descending" : "ascending") : undefined
                }
                className={`sticky top-0 z-10 h-9 border-b border-line bg-surface px-2 text-12 font-[450] text-ink-2 ${isNumber ? "text-right" : ""}`}
              >
                <button
                  type="button"
                  onClick={() =>
                    setSorted({ label, falls: sorted.label === label && !sorted.falls })
                  }
                  className="hover:text-ink"
                >
                  {label}
                  <span aria-hidden>
                    {sorted.label === label ? (sorted.falls ? " ↓" : " ↑") : ""}
                  </span>
                </button>
              </th>
            ))}
            <th
              scope="col"
              className="sticky top-0 right-0 z-20 w-11 border-b border-line bg-surface"
            >
              <span className="sr-only">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, shown).map((deal) => (
            <tr key={deal.id} data-stage={deal.stage} className="h-10">
              <td className="border-b border-line pl-4 sm:pl-7">
                {mayMove(deal) && (
                  <ChooseBox
                    deal={deal}
                    isChosen={choosing.has(deal.id)}
                    choose={choosing.choose}
                  />
                )}
              </td>
              {columns.map(({ label, cell, isNumber }) => (
                <td
                  key={label}
                  className={`max-w-[168px] truncate border-b border-line px-2 ${isNumber ? "text-right" : ""}`}
                >
                  {cell(deal)}
                </td>
              ))}
              <td className="sticky right-0 border-b border-line bg-surface px-2 text-right">
                {mayMove(deal) && <MoveMenu deal={deal} move={move} />}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > shown && (
        <div className="px-7 py-3">
          <Button small onClick={() => setShown(shown + firstRows)}>
            Show {Math.min(firstRows, rows.length - shown)} more of {rows.length}
          </Button>
        </div>
      )}
    </div>
  );
}

const compare = (one: string | number, other: string | number) =>
  typeof one === "number" && typeof other === "number"
    ? one - other
    : String(one).localeCompare(String(other));

const columnsOf = (
  users: ReadonlyMap<string, string>,
  organizations: ReadonlyMap<string, string>,
): readonly ColumnOf[] => [
  {
    label: "Customer",
    by: nameOf,
    cell: (deal) => (
      <Link
        to="/deals/$id"
        params={{ id: deal.id }}
        dir="auto"
        title={nameOf(deal)}
        className="block truncate text-left font-[600] hover:underline"
      >
        {nameOf(deal)}
      </Link>
    ),
  },
  {
    label: "Deal",
    by: ({ title, type }) => title ?? type,
    cell: ({ title, type }) => (
      <span dir="auto" className="block truncate text-left">
        {title ?? type}
      </span>
    ),
  },
  {
    label: "Stage",
    by: ({ stage }) => stages.indexOf(stage),
    cell: ({ stage }) => <Tag>{inWords(stage)}</Tag>,
  },
  {
    label: "Last event",
    // Stuck ones before the rest, the longest first; then as time goes.
    by: (deal) => `${isStuck(deal) ? 0 : 1}${quietSince(deal)}`,
    cell: (deal) => <Quiet deal={deal} short />,
  },
  {
    label: "City",
    by: ({ customer }) => `${customer.state} ${customer.city}`,
    cell: ({ customer }) => <Words of={[customer.city, customer.state]} />,
  },
  {
    label: "Representative",
    by: ({ customer }) => users.get(customer.rep_id ?? "") ?? "",
    cell: ({ customer }) => users.get(customer.rep_id ?? "") ?? none,
  },
  {
    label: "Installer",
    by: ({ epc_id }) => organizations.get(epc_id ?? "") ?? "",
    cell: ({ epc_id }) => organizations.get(epc_id ?? "") ?? none,
  },
  {
    label: "System",
    isNumber: true,
    by: ({ system_size_dc_kw }) => system_size_dc_kw ?? -1,
    cell: ({ system_size_dc_kw }) =>
      system_size_dc_kw === null ? none : `${system_size_dc_kw.toFixed(1)} kW`,
  },
  {
    label: "Price",
    isNumber: true,
    by: ({ contract_price_cents }) => contract_price_cents ?? -1,
    cell: ({ contract_price_cents }) =>
      contract_price_cents === null ? none : dollars(contract_price_cents),
  },
  {
    label: "Milestones",
    isNumber: true,
    by: ({ open_milestones }) => open_milestones,
    cell: ({ open_milestones }) => (open_milestones === 0 ? none : `${open_milestones} open`),
  },
];
