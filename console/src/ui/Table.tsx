import type { ReactNode } from "react";

/** A column by its head: its words, and how it stands when that is not as words do. */
export type Column =
  | string
  | {
      readonly label: string;
      /** Figures stand to the right. */
      readonly isNumber?: boolean;
      /** The rows say what they are; the head is there for who does not see them. */
      readonly isUnseen?: boolean;
      readonly className?: string;
    };

interface TableProps {
  /** What the table is of, for who does not see it. */
  readonly label: string;
  readonly columns: readonly Column[];
  /** The least width, beyond which it scrolls. */
  readonly className: string;
  /** Its rows. */
  readonly children: ReactNode;
}

/** Records as rows inside of a panel, with one look for all heads. On a narrow screen it scrolls by itself. */
export function Table({ label, columns, className, children }: TableProps) {
  return (
    <div className="relative overflow-x-auto" tabIndex={0} role="region" aria-label={label}>
      <table className={`w-full border-collapse ${className}`}>
        <thead>
          <tr className="border-b border-line">
            {columns.map((column) => (
              <Head key={typeof column === "string" ? column : column.label} column={column} />
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}

function Head({ column }: { readonly column: Column }) {
  const given = typeof column === "string" ? { label: column } : column;
  const { label, isNumber = false, isUnseen = false, className = "" } = given;
  return (
    <th
      scope="col"
      className={`px-3 py-2 text-12 font-[500] text-ink-2 first:pl-5 last:pr-5 ${isNumber ? "text-right" : "text-left"} ${className}`}
    >
      {isUnseen ? <span className="sr-only">{label}</span> : label}
    </th>
  );
}
