import dagre from "@dagrejs/dagre";
import { sourceId, type MapModel } from "./model.ts";

/** Sizes of what is drawn, in pixels. */
export const sizes = {
  source: { width: 168, height: 60 },
  stage: { width: 216, height: 70 },
  endpoint: { width: 268, height: 64 },
} as const;

interface Place {
  readonly x: number;
  readonly y: number;
}

/** Room above a column for its heading. */
const headingRoom = 44;

/** Where everything stands: three columns, as dagre ranks them, each in the order of the model. */
export function layoutOf({ sources, stages, endpoints, branches }: MapModel) {
  const graph = new dagre.graphlib.Graph();
  graph.setGraph({ rankdir: "LR", nodesep: 26, ranksep: 200 });
  graph.setDefaultEdgeLabel(() => ({}));
  const columns = [
    { ids: sources.map((kind) => sourceId(kind)), size: sizes.source },
    { ids: stages.map(({ id }) => id), size: sizes.stage },
    { ids: endpoints.map(({ endpoint }) => endpoint.id), size: sizes.endpoint },
  ];
  for (const { ids, size } of columns) for (const id of ids) graph.setNode(id, { ...size });
  for (const { from, to } of branches) graph.setEdge(from, to);
  // What nothing leads to yet has its column all the same.
  const [firstSource] = sources;
  const [firstEndpoint] = endpoints;
  for (const { id } of stages) {
    if (firstSource !== undefined) graph.setEdge(sourceId(firstSource), id);
    if (firstEndpoint) graph.setEdge(id, firstEndpoint.endpoint.id);
  }
  dagre.layout(graph);
  const tallest = Math.max(...columns.map(({ ids, size }) => heightOf(ids.length, size.height)));
  const places = new Map<string, Place>();
  const headings = columns.map(({ ids, size }) => {
    // dagre says how far apart the columns are; within one, the order of the flow reads better than fewest crossings.
    const x = Math.min(...ids.map((id) => graph.node(id).x)) - size.width / 2;
    // A shorter column spreads out beside the tallest, as far as it still reads as one.
    const spare = tallest - heightOf(ids.length, size.height);
    const step = size.height + gap + Math.min(mostSpread, spare / Math.max(1, ids.length - 1));
    const top = (tallest - (step * (ids.length - 1) + size.height)) / 2;
    for (const [index, id] of ids.entries()) {
      places.set(id, { x, y: top + headingRoom + index * step });
    }
    // An empty column has no place and no heading.
    return ids.length === 0 ? null : { x, y: top };
  });
  return { places, headings };
}

const gap = 16;
/** Further apart than this, neighbours no longer look like a column. */
const mostSpread = 48;
const heightOf = (count: number, height: number) => count * (height + gap) - gap;
