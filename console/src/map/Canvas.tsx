import { Background, Controls, Position, ReactFlow, type NodeHandle } from "@xyflow/react";
import { useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";
import { nowMs } from "../clock.ts";
import { edgeTypes, type BranchEdge } from "./BranchEdge.tsx";
import "./map.css";
import { layoutOf, sizes } from "./layout.ts";
import { newestOf, sourceId, sourceLabel, travelledBy, type MapModel } from "./model.ts";
import {
  nodeTypes,
  type EndpointNode,
  type HeadingNode,
  type SourceNode,
  type StageNode,
} from "./Nodes.tsx";
import { Pulses } from "./Pulses.tsx";
import { TrafficContext, windowMs, type Seen, type Traffic } from "./traffic.ts";

interface CanvasProps {
  readonly model: MapModel;
  readonly traffic: Traffic;
  /** The hour's events that count: all, or those of the customer that is followed. */
  readonly seen: readonly Seen[];
  readonly organization: string;
  readonly customer: string | undefined;
}

const barCount = 20;

/** The map as a one-line diagram: sources, stages, endpoints, and what joins them. */
export function Canvas({ model, traffic, seen, organization, customer }: CanvasProps) {
  const navigate = useNavigate();
  const shape = JSON.stringify([
    model.sources,
    model.stages.map(({ id }) => id),
    model.endpoints.map(({ endpoint }) => endpoint.id),
    model.branches.map(({ id }) => id),
  ]);
  // oxlint-disable-next-line react-hooks/exhaustive-deps -- where things stand depends on what there is, not on how it is
  const { places, headings } = useMemo(() => layoutOf(model), [shape]);
  const nodes = useMemo(
    () => nodesOf({ model, seen, organization, customer, places, headings }),
    [model, seen, organization, customer, places, headings],
  );
  const edges = useMemo(
    () => edgesOf(model, customer === undefined ? null : travelledBy(model, seen)),
    [model, seen, customer],
  );
  return (
    <TrafficContext value={traffic}>
      <ReactFlow
        nodes={nodes}
        edges={edges}
        nodeTypes={nodeTypes}
        edgeTypes={edgeTypes}
        onEdgeClick={(_, { id }) => {
          const branch = model.branches.find((each) => each.id === id);
          if (branch) void navigate({ to: "/events", search: { ...branch.search, customer } });
        }}
        nodesDraggable={false}
        nodesConnectable={false}
        nodesFocusable={false}
        edgesFocusable={false}
        elementsSelectable={false}
        disableKeyboardA11y
        zoomOnScroll={false}
        preventScrolling={false}
        minZoom={0.3}
        maxZoom={1.4}
        fitView
        fitViewOptions={{ padding: 0.06, maxZoom: 1.05 }}
        // Fits anew when something joins the map or leaves it.
        key={shape}
      >
        <Pulses />
        <Background color="var(--line-2)" gap={26} size={1} />
        <Controls showInteractive={false} />
      </ReactFlow>
    </TrafficContext>
  );
}

interface Drawn extends Omit<CanvasProps, "traffic"> {
  readonly places: ReturnType<typeof layoutOf>["places"];
  readonly headings: ReturnType<typeof layoutOf>["headings"];
}

/**
 * A node's size and where lines meet it, told in advance: what is read again makes new nodes, which would be hidden until
 * the browser has measured them.
 */
function sized(
  { width, height }: { width: number; height: number },
  ...ends: NodeHandle["type"][]
) {
  const handles = ends.map((type): NodeHandle => ({
    type,
    position: type === "source" ? Position.Right : Position.Left,
    x: type === "source" ? width - 1 : 0,
    y: height / 2,
  }));
  return { width, height, measured: { width, height }, handles };
}
const sizedHeading = sized({ width: 216, height: 24 });
const sizedSource = sized(sizes.source, "source");
const sizedStage = sized(sizes.stage, "target", "source");
const sizedEndpoint = sized(sizes.endpoint, "target");

type MapNode = HeadingNode | SourceNode | StageNode | EndpointNode;

function nodesOf({ model, seen, organization, customer, places, headings }: Drawn): MapNode[] {
  const at = (id: string) => places.get(id) ?? { x: 0, y: 0 };
  const labels = ["Where changes come from", "Events, last hour", `Endpoints of ${organization}`];
  const countOf = (fits: (each: Seen) => boolean) => seen.filter((each) => fits(each)).length;
  return [
    ...labels.flatMap((label, index) => {
      const position = headings[index];
      return position ? [headingOf(label, position)] : [];
    }),
    ...model.sources.map((kind): SourceNode => {
      const id = sourceId(kind);
      const count = countOf(({ source }) => source === kind);
      const data = { label: sourceLabel(kind), count, customer };
      return { id, type: "source", position: at(id), data, ...sizedSource };
    }),
    ...model.stages.map(({ id, types }): StageNode => {
      const own = seen.filter(({ stage }) => stage === id);
      const type = newestOf(own, id) ?? types[0]?.type ?? "";
      const data = { label: id, count: own.length, bars: barsOf(own), type, customer };
      return { id, type: "stage", position: at(id), data, ...sizedStage };
    }),
    ...model.endpoints.map((shown): EndpointNode => {
      const { id } = shown.endpoint;
      const data = { shown, customer };
      return { id, type: "endpoint", position: at(id), data, ...sizedEndpoint };
    }),
  ];
}

const headingOf = (label: string, position: HeadingNode["position"]): HeadingNode => ({
  id: `heading ${label}`,
  type: "heading",
  position,
  data: { label },
  ...sizedHeading,
});

function barsOf(seen: readonly Seen[]): number[] {
  const bars = Array.from({ length: barCount }, () => 0);
  const now = nowMs();
  for (const { at } of seen) {
    const index = barCount - 1 - Math.floor(((now - at) / windowMs) * barCount);
    const bar = Math.min(barCount - 1, index);
    if (bar >= 0) bars[bar] = (bars[bar] ?? 0) + 1;
  }
  return bars;
}

/** @param followed the branches that the followed customer's events took; null when nobody is followed. */
const edgesOf = ({ branches }: MapModel, followed: ReadonlySet<string> | null): BranchEdge[] =>
  branches.map(({ id, from, to, tone }) => ({
    id,
    source: from,
    target: to,
    type: "branch",
    className: "map-open",
    data: { tone, path: followed === null ? "any" : followed.has(id) ? "taken" : "other" },
  }));
