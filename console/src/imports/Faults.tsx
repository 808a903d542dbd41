import { useInfiniteQuery } from "@tanstack/react-query";
import type { ImportFault } from "../../../src/contract/resources/import.ts";
import { MoreButton } from "../ui/MoreButton.tsx";
import { Failure, Skeleton } from "../ui/Note.tsx";
import { Panel } from "../ui/Panel.tsx";
import { Table } from "../ui/Table.tsx";
import { faultsQuery } from "./read.ts";

const columns = [
  { label: "Line", isNumber: true },
  "Id in the file",
  "Column",
  "What does not fit",
];

/** The rows of an import that were left out, and why. */
export function Faults({ id, name }: { readonly id: string; readonly name: string }) {
  const read = useInfiniteQuery(faultsQuery(id));
  const faults = read.data?.pages.flatMap(({ data }) => data) ?? [];
  return (
    <Panel
      title={
        <>
          Left out of <bdi>{name}</bdi>
        </>
      }
    >
      {read.isPending && <Skeleton rows={3} />}
      {read.isError && (
        <div className="p-5">
          <Failure error={read.error} retry={() => void read.refetch()} />
        </div>
      )}
      {read.data && faults.length === 0 && (
        <p className="px-5 py-6 text-ink-2">Every row of it fits.</p>
      )}
      {faults.length > 0 && (
        <Table label={`Left out of ${name}`} columns={columns} className="min-w-[680px]">
          {faults.map((fault) => (
            <Row key={fault.line} fault={fault} />
          ))}
        </Table>
      )}
      {read.hasNextPage && (
        <div className="border-t border-line px-5 py-3">
          <MoreButton of={read}>Show more</MoreButton>
        </div>
      )}
    </Panel>
  );
}

const cell = "px-3 py-1.5 align-top first:pl-5 last:pr-5";

/** A line has a row for each thing that does not fit. */
const Row = ({ fault: { line, external_id, errors } }: { readonly fault: ImportFault }) =>
  errors.map(({ at, column, message }, place) => (
    <tr
      key={`${at} ${message}`}
      className={place === errors.length - 1 ? "border-b border-line last:border-0" : ""}
    >
      <td className={`${cell} w-24 text-right text-ink-2`}>
        {place === 0 && line.toLocaleString("en-US")}
      </td>
      <td className={`${cell} max-w-[200px] truncate font-mono text-12`} title={external_id}>
        {place === 0 && <bdi>{external_id === "" ? "none" : external_id}</bdi>}
      </td>
      <td className={`${cell} max-w-[200px] truncate`} title={column ?? at}>
        <bdi>{column ?? (at === "" ? "–" : at.slice(1).replaceAll("/", "."))}</bdi>
      </td>
      <td className={`${cell} break-words`}>
        <bdi>{message}</bdi>
      </td>
    </tr>
  ));
