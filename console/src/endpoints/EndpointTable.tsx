import { Link } from "@tanstack/react-router";
import type { Endpoint, EndpointStatus } from "../../../src/contract/resources/delivery.ts";
import type { EndpointHour } from "../../../src/contract/resources/view.ts";
import { endpointName } from "../events/read.ts";
import { Circuit } from "../ui/Circuit.tsx";
import { Table } from "../ui/Table.tsx";
import { Ago, useNow } from "../ui/Time.tsx";
import { gapsOf } from "./gaps.ts";
import { behindOf, standingOf, useHistories, useStatuses } from "./read.ts";
import { Ribbon } from "./Ribbon.tsx";

const columns = [
  "Endpoint",
  "State",
  { label: "Behind by", isNumber: true },
  { label: "Waiting", isNumber: true },
  "Oldest waiting",
  { label: "Last 24 hours", className: "w-[330px]" },
  { label: "What to do", isUnseen: true },
] as const;

/** How a body is called where there is little room. */
export const formatWords = {
  heliograph: "Heliograph",
  enerflo_v1: "Enerflo 1.0",
  cloudevents: "CloudEvents",
} as const;

/** Every endpoint: how far behind it is, and where deliveries are missing. */
export function EndpointTable({ endpoints }: { readonly endpoints: readonly Endpoint[] }) {
  const ids = endpoints.map(({ id }) => id);
  const statuses = useStatuses(ids);
  const histories = useHistories(ids);
  return (
    <Table label="All endpoints" columns={columns} className="min-w-[1040px]">
      {endpoints.map((endpoint) => (
        <Row
          key={endpoint.id}
          endpoint={endpoint}
          status={statuses.get(endpoint.id)}
          parts={histories.get(endpoint.id)}
        />
      ))}
    </Table>
  );
}

interface RowProps {
  readonly endpoint: Endpoint;
  readonly status: EndpointStatus | undefined;
  readonly parts: readonly EndpointHour[] | undefined;
}

function Row({ endpoint, status, parts }: RowProps) {
  const { id, format, url } = endpoint;
  const name = endpointName(endpoint);
  const now = useNow(2_000);
  const standing = standingOf(status ?? endpoint);
  const behind = behindOf(status, parts, now);
  const reason = (status ?? endpoint).state_reason;
  return (
    <tr className="h-[54px] border-b border-line last:border-b-0 hover:bg-sunken">
      <th scope="row" className="max-w-[280px] py-2 pr-3 pl-5 text-left font-[450]">
        <span className="flex items-center gap-3">
          <Circuit fate={standing.fate} />
          <span className="min-w-0">
            <Link
              to="/endpoints/$id"
              params={{ id }}
              dir="auto"
              title={name}
              className="block truncate text-left font-[600] hover:underline"
            >
              {name}
            </Link>
            <span className="block truncate text-12 text-ink-2" title={url}>
              {formatWords[format]}, {url}
            </span>
          </span>
        </span>
      </th>
      <td className="max-w-[200px] px-3">
        <span className={`block font-[560] ${standing.ink}`}>{standing.word}</span>
        {reason !== null && (
          <span className="block truncate text-12 text-ink-2" title={reason}>
            {reason}
          </span>
        )}
      </td>
      <td className={`px-3 text-right font-[600] ${behind.ink}`} title={behind.exact}>
        {behind.text}
      </td>
      <td className="px-3 text-right">{status ? status.behind_by.toLocaleString() : "–"}</td>
      <td className="px-3 text-ink-2">
        {status?.oldest_waiting_at ? <Ago at={status.oldest_waiting_at} /> : "none waiting"}
      </td>
      <td className="px-3">
        {parts ? (
          <Ribbon id={id} name={name} parts={parts} />
        ) : (
          <span className="block h-[26px] animate-pulse rounded-tag bg-sunken" />
        )}
      </td>
      <td className="py-2 pr-5 pl-3 text-right">
        <Remedy id={id} status={status} parts={parts} />
      </td>
    </tr>
  );
}

const remedyClass =
  "inline-flex h-[26px] items-center rounded-control border border-line-2 bg-surface px-2 text-12 font-[560] whitespace-nowrap hover:bg-sunken";

/** The one thing to do about a row, where there is one. */
function Remedy({ id, status, parts }: Omit<RowProps, "endpoint"> & { readonly id: string }) {
  if (!status) return null;
  if (status.state !== "active") {
    const verb = status.state === "backing_off" ? "Try now" : "Resume";
    return (
      <Link to="/endpoints/$id" params={{ id }} hash="state" className={remedyClass}>
        {verb}
        {status.behind_by > 0 && `, ${status.behind_by.toLocaleString()} waiting`}
      </Link>
    );
  }
  // What waits comes by itself; only what was given up or skipped has to be asked for.
  const gap = gapsOf(parts ?? []).findLast(({ missing }) => missing > status.behind_by);
  if (!gap) return null;
  return (
    <Link
      to="/endpoints/$id"
      params={{ id }}
      search={{ from: String(gap.from), to: String(gap.to) }}
      className={remedyClass}
    >
      Replay gap, {gap.missing.toLocaleString()}
    </Link>
  );
}
