import { ChevronRight } from "lucide-react";
import { useDeferredValue, useMemo, useState } from "react";
import { controlClass } from "../ui/Field.tsx";
import { Tag } from "../ui/Tag.tsx";
import { partyWords } from "./Audience.tsx";
import {
  fieldGroupsOf,
  subjectFirst,
  type BodySchema,
  type FieldGroup,
  type FieldRow,
} from "./fields.ts";
import { Prose } from "./Prose.tsx";

interface FieldTableProps {
  readonly type: string;
  readonly schema: BodySchema;
}

/** Every field of an event's body, record by record; that which the event is about first, and open. */
export function FieldTable({ type, schema }: FieldTableProps) {
  const [words, setWords] = useState("");
  const wanted = useDeferredValue(words.trim().toLowerCase());
  const groups = useMemo(() => subjectFirst(type, fieldGroupsOf(schema)), [type, schema]);
  const [first] = groups;
  const found = groups
    .map((group) => {
      const rows = group.rows.filter((row) => fits(group, row, wanted));
      return { group, rows };
    })
    .filter(({ rows }) => rows.length > 0);
  return (
    <>
      <div className="flex flex-wrap items-center gap-3 px-5 py-3">
        <input
          type="search"
          aria-label="Find a field"
          placeholder="Find a field"
          value={words}
          onChange={({ target }) => setWords(target.value)}
          className={`${controlClass} needs-script max-w-[260px]`}
        />
        <span role="status" className="text-12 text-ink-3">
          {found.reduce((sum, { rows }) => sum + rows.length, 0)} fields
        </span>
      </div>
      {found.map(({ group, rows }) => (
        <Group
          // A search opens what it finds, and its end closes it again.
          key={`${group.path} ${wanted === "" ? "" : "found"}`}
          group={group}
          rows={rows}
          isOpen={wanted !== "" || group.path === first?.path}
        />
      ))}
      {found.length === 0 && (
        <p className="border-t border-line px-5 py-6 text-ink-2">No field is like this.</p>
      )}
    </>
  );
}

const fits = ({ path: record }: FieldGroup, { path, description }: FieldRow, wanted: string) =>
  `${record}.${path} ${description}`.toLowerCase().includes(wanted);

interface GroupProps {
  readonly group: FieldGroup;
  /** Those of its rows that are shown. */
  readonly rows: readonly FieldRow[];
  readonly isOpen: boolean;
}

function Group({ group, rows, isOpen }: GroupProps) {
  const { path, description, isNullable } = group;
  return (
    <details open={isOpen} className="group border-t border-line">
      <summary className="flex cursor-pointer list-none items-baseline gap-2 px-5 py-2.5 hover:bg-sunken">
        <ChevronRight
          size={13}
          aria-hidden
          className="shrink-0 self-center text-ink-3 group-open:rotate-90"
        />
        <code className="font-mono font-[560]">{path === "" ? "envelope" : path}</code>
        <span className="min-w-0 truncate text-12 text-ink-3">
          {description.replaceAll("`", "")}
          {isNullable && " May be null."}
        </span>
        <span className="ml-auto shrink-0 text-12 text-ink-3 tabular-nums">{rows.length}</span>
      </summary>
      <div
        className="relative overflow-x-auto"
        tabIndex={0}
        role="group"
        aria-label={`Fields of ${path || "the envelope"}`}
      >
        <table className="w-full table-fixed text-left">
          <thead className="sr-only">
            <tr>
              <th scope="col">Field</th>
              <th scope="col">Type and presence</th>
              <th scope="col">What it says</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <Row key={row.path} row={row} />
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}

function Row({ row }: { readonly row: FieldRow }) {
  const { path, type, isAlways, description, unit, example, values, hiddenFrom, isPersonal } = row;
  return (
    <tr className="block border-t border-line py-2 align-top sm:table-row">
      <th
        scope="row"
        className="block w-[34%] px-5 font-normal max-sm:w-full sm:table-cell sm:py-2 sm:pr-3 sm:pl-10"
      >
        <code className="font-mono text-12 font-[500] break-words text-ink">{path}</code>
      </th>
      <td className="block w-[21%] px-5 text-12 max-sm:w-full sm:table-cell sm:py-2 sm:pr-3 sm:pl-0">
        <span className="block break-words">
          {/* The unit of an instant says that it is one. */}
          {unit === undefined || type.includes(unit)
            ? type
            : unit.includes(type)
              ? unit
              : `${type}, ${unit}`}
        </span>
        <span className={isAlways ? "text-ink-3" : "text-retry"}>
          {isAlways ? "always" : "sometimes"}
        </span>
        {isPersonal && <span className="text-ink-3">, personal</span>}
      </td>
      <td className="block px-5 text-12 sm:table-cell sm:py-2 sm:pl-0 text-ink-2">
        <span className="block break-words">
          <Prose text={description} />
        </span>
        {values.length > 0 && (
          <span className="block font-mono break-words text-ink-3">{values.join(" · ")}</span>
        )}
        {example !== undefined && values.length === 0 && (
          <span className="block truncate font-mono text-ink-3" title={example}>
            {example}
          </span>
        )}
        {hiddenFrom.length > 0 && (
          <span className="mt-1 flex flex-wrap gap-1">
            {hiddenFrom.map((party) => (
              <Tag key={party} tone="retry">
                Not for {partyWords[party]}
              </Tag>
            ))}
          </span>
        )}
      </td>
    </tr>
  );
}
