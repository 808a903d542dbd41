import { ChevronRight } from "lucide-react";
import { useDeferredValue, useMemo, useState } from "react";
import { controlClass } from "../ui/Field.tsx";
import { Tag } from "../ui/Tag.tsx";
import { partyWords } from "./Audience.tsx";
import { fieldGroupsOf, type BodySchema, type FieldGroup, type FieldRow } from "./fields.ts";
import { Prose } from "./Prose.tsx";

/** Every field of an event's body, record by record; the record that the event is about stands open. */
export function FieldTable({ schema }: { readonly schema: BodySchema }) {
  const [words, setWords] = useState("");
  const wanted = useDeferredValue(words.trim().toLowerCase());
  const groups = useMemo(() => fieldGroupsOf(schema), [schema]);
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
          className={`${controlClass} max-w-[260px]`}
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
        className="overflow-x-auto"
        tabIndex={0}
        role="group"
        aria-label={`Fields of ${path || "the envelope"}`}
      >
        <table className="w-full min-w-[620px] table-fixed text-left">
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
    <tr className="border-t border-line align-top">
      <th scope="row" className="w-[34%] py-2 pr-3 pl-10 font-normal">
        <code className="font-mono text-12 font-[500] break-words text-ink">{path}</code>
      </th>
      <td className="w-[21%] py-2 pr-3 text-12">
        <span className="block break-words">{type}</span>
        <span className={isAlways ? "text-ink-3" : "text-retry"}>
          {isAlways ? "always" : "sometimes"}
        </span>
      </td>
      <td className="py-2 pr-5 text-12 text-ink-2">
        <span className="block break-words">
          <Prose text={description} />
          {unit !== undefined && <span className="text-ink-3"> In {unit}.</span>}
        </span>
        {values.length > 0 && (
          <span className="block font-mono break-words text-ink-3">{values.join(" · ")}</span>
        )}
        {example !== undefined && values.length === 0 && (
          <span className="block truncate font-mono text-ink-3" title={example}>
            {example}
          </span>
        )}
        {(hiddenFrom.length > 0 || isPersonal) && (
          <span className="mt-1 flex flex-wrap gap-1">
            {hiddenFrom.map((party) => (
              <Tag key={party} tone="retry">
                Not for {partyWords[party]}
              </Tag>
            ))}
            {isPersonal && <Tag>Personal</Tag>}
          </span>
        )}
      </td>
    </tr>
  );
}
