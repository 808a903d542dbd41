import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useSearch } from "@tanstack/react-router";
import type { Import } from "../../../src/contract/resources/import.ts";
import { Faults } from "../imports/Faults.tsx";
import { importsQuery, standingOf } from "../imports/read.ts";
import { MoreButton } from "../ui/MoreButton.tsx";
import { Empty, Failure, Skeleton } from "../ui/Note.tsx";
import { Page } from "../ui/Page.tsx";
import { Panel } from "../ui/Panel.tsx";
import { Table } from "../ui/Table.tsx";
import { Tag } from "../ui/Tag.tsx";
import { Time } from "../ui/Time.tsx";

/** Files that customers were taken from: how far each has come, and what was left out. */
export function Imports() {
  const { import: chosen } = useSearch({ from: "/signed-in/imports" });
  const read = useInfiniteQuery(importsQuery);
  const imports = read.data?.pages.flatMap(({ data }) => data) ?? [];
  const shown = imports.find(({ id }) => id === chosen);
  return (
    <Page title="Imports" summary="Customers taken over from files, by the terminal or the API.">
      <div className="grid grid-cols-[minmax(0,1fr)] gap-5 px-4 sm:px-7">
        {read.isPending && <Skeleton rows={5} />}
        {read.isError && <Failure error={read.error} retry={() => void read.refetch()} />}
        {read.data && imports.length === 0 && (
          <Panel>
            <Empty
              title="No file yet. A terminal previews one first, with every fault by its line."
              command="npx heliograph import leads.csv --system crm --events told"
            />
          </Panel>
        )}
        {imports.length > 0 && (
          <Panel>
            <Table label="Imports" columns={columns} className="min-w-[900px]">
              {imports.map((each) => (
                <Row key={each.id} of={each} isChosen={each.id === chosen} />
              ))}
            </Table>
          </Panel>
        )}
        {read.hasNextPage && (
          <MoreButton of={read} className="justify-self-start">
            Show more
          </MoreButton>
        )}
        {shown && <Faults key={shown.id} id={shown.id} name={shown.name} />}
      </div>
    </Page>
  );
}

const columns = [
  "File",
  "System",
  "Events",
  "Stands",
  { label: "Made", isNumber: true },
  { label: "Changed", isNumber: true },
  { label: "The same", isNumber: true },
  { label: "Left out", isNumber: true },
  { label: "Begun", isNumber: true },
];

function Row({ of: each, isChosen }: { readonly of: Import; readonly isChosen: boolean }) {
  const [word, tone] = standingOf(each);
  const cell = "px-3 py-2 first:pl-5 last:pr-5";
  return (
    <tr className={`border-b border-line last:border-0 ${isChosen ? "bg-sunken" : ""}`}>
      <td className={`${cell} max-w-[340px]`}>
        <span className="block truncate font-[560]" title={each.name}>
          <bdi>{each.name}</bdi>
        </span>
        {each.finished_at === null && (
          <code className="block truncate font-mono text-12 text-ink-2">--resume {each.id}</code>
        )}
      </td>
      <td className={`${cell} max-w-[140px] truncate`}>
        <bdi>{each.system}</bdi>
      </td>
      <td className={`${cell} text-ink-2`}>{each.events === "told" ? "Told" : "Silent"}</td>
      <td className={cell}>
        <Tag tone={tone}>{word}</Tag>
      </td>
      <Count of={each.created} />
      <Count of={each.updated} />
      <Count of={each.unchanged} />
      <td className={`${cell} text-right text-ink-2`}>
        {each.refused === 0 ? (
          "0"
        ) : (
          <Link
            to="/imports"
            search={{ import: each.id }}
            aria-label={`${each.refused} left out of ${each.name}`}
            className="text-cell underline"
          >
            {each.refused.toLocaleString("en-US")}
          </Link>
        )}
      </td>
      <td className={`${cell} text-right whitespace-nowrap text-ink-2`}>
        <Time at={each.created_at} />
      </td>
    </tr>
  );
}

const Count = ({ of }: { readonly of: number }) => (
  <td className="px-3 py-2 text-right text-ink-2">{of.toLocaleString("en-US")}</td>
);
