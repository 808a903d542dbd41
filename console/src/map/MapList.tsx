import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { endpointName } from "../events/read.ts";
import { Panel } from "../ui/Panel.tsx";
import { endpointWords, sourceId, sourceLabel, type Branch, type MapModel } from "./model.ts";
import type { Seen } from "./traffic.ts";

const head = "px-3 py-2 text-left text-12 font-[500] text-ink-2 first:pl-5 last:pr-5";
const cell = "px-3 py-2 first:pl-5 last:pr-5";

interface ListProps {
  readonly model: MapModel;
  readonly seen: readonly Seen[];
  readonly customer: string | undefined;
}

/** The map's facts as tables: what comes from where, and where it goes. */
export function MapList({ model, seen, customer }: ListProps) {
  const kindOf = new Map(model.sources.map((kind) => [sourceId(kind), kind]));
  const stageIds = new Set(model.stages.map(({ id }) => id));
  const incoming = model.branches.filter(({ to }) => stageIds.has(to));
  const countOf = (fits: (each: Seen) => boolean) => seen.filter((each) => fits(each)).length;
  const link = ({ search }: Branch, words: ReactNode) => (
    <Link to="/events" search={{ ...search, customer }} className="text-cell underline">
      {words}
    </Link>
  );
  return (
    <div className="grid grid-cols-1 gap-4 px-4 pb-6 sm:px-7">
      <Panel title="Where changes come from, last hour">
        <Table label="Where changes come from" heads={["From", "Events of", "Count"]}>
          {incoming.map((branch) => (
            <tr key={branch.id} className="border-b border-line last:border-b-0">
              <th scope="row" className={`${cell} text-left font-[560]`}>
                {sourceLabel(kindOf.get(branch.from) ?? "")}
              </th>
              <td className={cell}>{link(branch, branch.to)}</td>
              <td className={`${cell} tabular-nums`}>
                {countOf(
                  ({ source, stage }) => sourceId(source) === branch.from && stage === branch.to,
                )}
              </td>
            </tr>
          ))}
        </Table>
      </Panel>
      <Panel title="Where events go">
        <Table label="Where events go" heads={["Endpoint", "State", "Gets events of"]}>
          {model.endpoints.map((each) => (
            <tr key={each.endpoint.id} className="border-b border-line last:border-b-0">
              <th
                scope="row"
                className={`${cell} max-w-60 truncate text-left font-[560]`}
                title={endpointName(each.endpoint)}
                dir="auto"
              >
                <Link
                  to="/endpoints/$id"
                  params={{ id: each.endpoint.id }}
                  className="hover:underline"
                >
                  {endpointName(each.endpoint)}
                </Link>
              </th>
              <td
                className={`${cell} ${each.tone === "broken" ? "text-fail" : each.tone === "late" ? "text-retry" : ""}`}
              >
                {endpointWords(each)}
              </td>
              <td className={cell}>
                <ul className="flex flex-wrap gap-x-3">
                  {model.branches
                    .filter(({ to }) => to === each.endpoint.id)
                    .map((branch) => (
                      <li key={branch.id}>
                        {link(
                          branch,
                          `${branch.from}, ${countOf(({ stage }) => stage === branch.from)}`,
                        )}
                      </li>
                    ))}
                </ul>
              </td>
            </tr>
          ))}
        </Table>
      </Panel>
    </div>
  );
}

interface TableProps {
  readonly label: string;
  readonly heads: readonly string[];
  readonly children: ReactNode;
}

function Table({ label, heads, children }: TableProps) {
  return (
    <div className="overflow-x-auto" tabIndex={0} role="region" aria-label={label}>
      <table className="w-full border-collapse">
        <thead>
          <tr className="border-b border-line">
            {heads.map((words) => (
              <th key={words} scope="col" className={head}>
                {words}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}
