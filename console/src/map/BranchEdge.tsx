import { BaseEdge, getBezierPath, type Edge, type EdgeProps } from "@xyflow/react";
import type { BranchTone } from "./model.ts";
import { useIsLit } from "./traffic.ts";

/** A line between two nodes. */
export type BranchEdge = Edge<
  {
    readonly tone: BranchTone;
    /** Whether the followed customer's events took it; any when nobody is followed. */
    readonly path: "any" | "taken" | "other";
  },
  "branch"
>;

const strokes: Readonly<Record<BranchTone, string>> = {
  well: "var(--line-2)",
  held: "var(--line)",
  late: "var(--retry)",
  broken: "var(--fail)",
};
const dashes: Readonly<Record<BranchTone, string | undefined>> = {
  well: undefined,
  held: undefined,
  late: "6 4",
  broken: "1.5 5",
};

/** The id of a branch's line in the page, by the branch's own. */
export const branchPathId = (id: string): string => `branch ${id}`;

/** A branch of the diagram: lit while events travel it, dotted red where it is broken, dashed copper where it is late. */
function Branch({ id, data, ...ends }: EdgeProps<BranchEdge>) {
  const isLit = useIsLit(id);
  const [path] = getBezierPath(ends);
  const tone = data?.tone ?? "well";
  const isTraced = isLit || data?.path === "taken";
  const isWell = tone === "well" || tone === "held";
  return (
    <BaseEdge
      id={branchPathId(id)}
      path={path}
      className="map-branch"
      style={{
        stroke: isTraced && isWell ? "var(--ink)" : strokes[tone],
        strokeWidth: isTraced ? 2.2 : 1.4,
        strokeDasharray: dashes[tone],
        strokeLinecap: "round",
        opacity: data?.path === "other" && !isLit ? 0.25 : 1,
      }}
      interactionWidth={14}
    />
  );
}

/** How edges are drawn. */
export const edgeTypes = { branch: Branch };
