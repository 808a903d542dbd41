import { Handle, Position, type Node, type NodeProps } from "@xyflow/react";
import { Link } from "@tanstack/react-router";
import { endpointName } from "../events/read.ts";
import { behindOf, standingOf } from "../endpoints/read.ts";
import { Circuit } from "../ui/Circuit.tsx";
import { useNow } from "../ui/Time.tsx";
import { sizes } from "./layout.ts";
import { endpointWords, type MapEndpoint } from "./model.ts";
import { useIsLit } from "./traffic.ts";

/** What stands above a column. */
export type HeadingNode = Node<{ readonly label: string }, "heading">;
/** Who causes changes. */
export type SourceNode = Node<
  { readonly label: string; readonly count: number; readonly customer: string | undefined },
  "source"
>;
/** The events of a stage of the flow. */
export type StageNode = Node<
  {
    readonly label: string;
    readonly count: number;
    /** Events by three minutes of the hour, oldest first. */
    readonly bars: readonly number[];
    readonly type: string;
    readonly customer: string | undefined;
  },
  "stage"
>;
/** A receiver. */
export type EndpointNode = Node<
  { readonly shown: MapEndpoint; readonly customer: string | undefined },
  "endpoint"
>;

// Nodes do not take the pointer by themselves when they cannot be moved.
const box =
  "pointer-events-auto block rounded-panel border bg-surface px-3.5 py-2.5 hover:bg-sunken";
const port = "!size-px !min-h-0 !min-w-0 !border-0 !bg-transparent";

function Heading({ data }: NodeProps<HeadingNode>) {
  return (
    <div title={data.label} className="max-w-[300px] truncate text-14 font-[620] text-ink-2">
      {data.label}
    </div>
  );
}

function Source({ data: { label, count, customer } }: NodeProps<SourceNode>) {
  return (
    <>
      <Link
        to="/events"
        search={{ customer }}
        style={sizes.source}
        className={`${box} border-line-2`}
      >
        <span className="block font-[620]">{label}</span>
        <span className="block text-12 text-ink-2 tabular-nums">{count.toLocaleString()} / h</span>
      </Link>
      <Handle type="source" position={Position.Right} className={port} isConnectable={false} />
    </>
  );
}

function Stage({ id, data }: NodeProps<StageNode>) {
  const isLit = useIsLit(id);
  const most = Math.max(1, ...data.bars);
  return (
    <>
      <Handle type="target" position={Position.Left} className={port} isConnectable={false} />
      <Link
        to="/events"
        search={{ type: data.type, customer: data.customer }}
        style={sizes.stage}
        className={`${box} ${isLit ? "border-ink ring-4 ring-sun/40" : "border-line-2"}`}
      >
        <span className="flex items-center gap-2">
          <span
            aria-hidden
            className={`size-2.5 rounded-full ${isLit ? "border-2 border-ink bg-sun" : "bg-line-2"}`}
          />
          <span className="truncate font-[620]">{data.label}</span>
          <span className="ml-auto text-ink-2 tabular-nums">{data.count.toLocaleString()}</span>
        </span>
        <span aria-hidden className="mt-1.5 flex h-4 items-end gap-px">
          {data.bars.map((count, at) => (
            <span
              // oxlint-disable-next-line react/no-array-index-key -- a bar is its place
              key={at}
              style={{ height: count === 0 ? 2 : 3 + Math.round((13 * count) / most) }}
              className={`flex-1 rounded-[1px] ${isLit && at === data.bars.length - 1 ? "bg-sun" : "bg-line-2"}`}
            />
          ))}
        </span>
      </Link>
      <Handle type="source" position={Position.Right} className={port} isConnectable={false} />
    </>
  );
}

const frames = {
  well: "border-line-2",
  held: "border-line-2",
  late: "border-retry",
  broken: "border-fail",
} as const;

function Receiver({ data }: NodeProps<EndpointNode>) {
  const { shown, customer } = data;
  const { endpoint, status, parts, tone } = shown;
  const now = useNow(2_000);
  const standing = standingOf(status ?? endpoint);
  const behind = behindOf(status, parts, now);
  return (
    <>
      <Handle type="target" position={Position.Left} className={port} isConnectable={false} />
      <Link
        to="/events"
        search={{ endpoint: endpoint.id, customer }}
        style={sizes.endpoint}
        className={`${box} ${frames[tone]}`}
      >
        <span className="flex items-center gap-2.5">
          <Circuit fate={standing.fate} />
          <span className="min-w-0 flex-1 truncate font-[620]" dir="auto">
            {endpointName(endpoint)}
          </span>
          <span className={`tabular-nums ${tone === "broken" ? "text-fail" : behind.ink}`}>
            {behind.text}
          </span>
        </span>
        <span
          className={`block truncate pl-[38px] text-12 ${tone === "broken" ? "text-fail" : tone === "late" ? "text-retry" : "text-ink-2"}`}
        >
          {endpointWords(shown)}
        </span>
      </Link>
    </>
  );
}

/** How each kind of node is drawn. */
export const nodeTypes = { heading: Heading, source: Source, stage: Stage, endpoint: Receiver };
