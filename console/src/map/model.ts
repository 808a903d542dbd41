import type { Endpoint, EndpointStatus } from "../../../src/contract/resources/delivery.ts";
import type { EndpointHour } from "../../../src/contract/resources/view.ts";
import { standingOf } from "../endpoints/read.ts";
import { counted } from "../ui/figures.ts";
import { byStage } from "../catalogue/stages.ts";
import type { Seen } from "./traffic.ts";

/** Who causes changes, in words, in the order of the map. */
const sources: Readonly<Record<string, string>> = {
  user: "People",
  api_key: "API keys",
  customer: "Customers",
  lender: "Lenders",
  e_sign: "E-signature",
  callpilot: "CallPilot",
  system: "Heliograph",
};

/** A kind of actor as people call it. */
export const sourceLabel = (kind: string): string => sources[kind] ?? kind.replaceAll("_", " ");

/** A source's name on the map: customers are both a source and a stage. */
export const sourceId = (kind: string): string => `by ${kind}`;

/** The name of a branch, by what it joins. */
export const branchId = (from: string, to: string): string => `${from}>${to}`;

/** How a branch to an endpoint is drawn. */
export type BranchTone = "well" | "late" | "broken" | "held";

/** An endpoint of the map. */
export interface MapEndpoint {
  readonly endpoint: Endpoint;
  readonly status: EndpointStatus | undefined;
  readonly parts: readonly EndpointHour[] | undefined;
  readonly tone: BranchTone;
}

interface Listed {
  readonly type: string;
}

/** A stage of the flow as a node of the map: its name stands for it. */
export interface Stage {
  readonly id: string;
  readonly types: readonly Listed[];
}

/** A line of the map: from a source to a stage, or from a stage to an endpoint. */
export interface Branch {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly tone: BranchTone;
  /** What the events page is asked for when it is opened. */
  readonly search: { readonly type?: string; readonly endpoint?: string };
}

/** All that is drawn. */
export interface MapModel {
  readonly sources: readonly string[];
  readonly stages: readonly Stage[];
  readonly endpoints: readonly MapEndpoint[];
  readonly branches: readonly Branch[];
}

/** What waits longer than this is late, in milliseconds: less is on its way. */
const lateAfterMs = 3_000;

/** How the branches to an endpoint are drawn. */
export function toneOf(
  endpoint: Endpoint,
  status: EndpointStatus | undefined,
  now: number,
): BranchTone {
  const { state } = status ?? endpoint;
  if (state === "disabled") return "broken";
  if (state === "paused") return "held";
  if (!status) return "well";
  const { oldest_waiting_at: oldest, lanes, dead } = status;
  const isLate = oldest !== null && now - Date.parse(oldest) > lateAfterMs;
  const isTroubled = isLate || lanes.length > 0 || dead.length > 0;
  return state === "backing_off" || isTroubled ? "late" : "well";
}

/** The stages of the flow with the events of each, as the catalogue groups them. */
export const stagesOf = (types: readonly Listed[]): Stage[] =>
  byStage(types).map(([id, own]) => ({ id, types: own }));

/** What joins what: sources to stages as it happened, stages to endpoints as they subscribe. */
export function modelOf(
  stages: readonly Stage[],
  endpoints: readonly MapEndpoint[],
  seen: readonly Seen[],
): MapModel {
  const kinds = new Set(["user", "api_key", ...seen.map(({ source }) => source)]);
  const order = Object.keys(sources);
  const known = [...kinds].toSorted((a, b) => order.indexOf(a) - order.indexOf(b));
  const fromSources = new Map<string, Branch>();
  for (const { source, stage, type } of seen) {
    const from = sourceId(source);
    const id = branchId(from, stage);
    if (fromSources.has(id) || !stages.some((each) => each.id === stage)) continue;
    fromSources.set(id, { id, from, to: stage, tone: "well", search: { type } });
  }
  const inOrder = known.flatMap((source) =>
    stages.flatMap(({ id }) => fromSources.get(branchId(sourceId(source), id)) ?? []),
  );
  const toEndpoints = stages.flatMap((stage) =>
    endpoints.flatMap(({ endpoint, tone }): Branch[] => {
      const type = stage.types.find((each) => endpoint.events?.includes(each.type) ?? true)?.type;
      if (type === undefined) return [];
      const search = { type: newestOf(seen, stage.id) ?? type, endpoint: endpoint.id };
      const id = branchId(stage.id, endpoint.id);
      return [{ id, from: stage.id, to: endpoint.id, tone, search }];
    }),
  );
  return { sources: known, stages, endpoints, branches: [...inOrder, ...toEndpoints] };
}

/** The type of a stage's newest event: the events page filters by one type. */
export const newestOf = (seen: readonly Seen[], stage: string): string | undefined =>
  seen.find((each) => each.stage === stage)?.type;

/** The branches that these events took, by their ids. */
export function travelledBy({ endpoints }: MapModel, seen: readonly Seen[]): ReadonlySet<string> {
  const taken = new Set<string>();
  for (const { source, stage, type } of seen) {
    taken.add(branchId(sourceId(source), stage));
    for (const { endpoint } of endpoints) {
      if (endpoint.events?.includes(type) ?? true) taken.add(branchId(stage, endpoint.id));
    }
  }
  return taken;
}

/** How an endpoint stands, in one line. */
export function endpointWords({ endpoint, status, tone }: MapEndpoint): string {
  const standing = standingOf(status ?? endpoint);
  const reason = (status ?? endpoint).state_reason;
  const waiting =
    status && status.behind_by > 0 ? [counted(status.behind_by, "event") + " waiting"] : [];
  if (tone === "well") return waiting.length > 0 ? "On its way" : "All caught up";
  if (tone === "held") return ["Paused", ...waiting].join(", ");
  const why = reason ?? standing.word;
  return waiting.length > 0 && reason === null
    ? `${waiting.join("")}, ${why.charAt(0).toLowerCase()}${why.slice(1)}`
    : [...waiting, why].join(", ");
}
