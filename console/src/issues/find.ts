import type {
  Attempt,
  Endpoint,
  EndpointStatus,
} from "../../../src/contract/resources/delivery.ts";
import { answerWords } from "../endpoints/AttemptAnswer.tsx";
import { counted } from "../ui/figures.ts";

/** One thing that needs a person, found from where the endpoints stand. */
export interface Issue {
  /** The same as long as the trouble is the same: a snooze holds for it. */
  readonly id: string;
  readonly kind: "off" | "down" | "paused" | "lanes" | "dead";
  readonly endpoint: Endpoint;
  readonly title: string;
  /** What to do, in words. */
  readonly advice: string;
  readonly count: number;
  readonly countWords: string;
  readonly firstAt: string | null;
  readonly lastAt: string | null;
  /** The event that shows it best. */
  readonly eventId: string | null;
}

/** Paused by an owner is no trouble, unless it was forgotten, in milliseconds. */
const forgottenAfterMs = 86_400_000;

interface Known {
  readonly endpoint: Endpoint;
  readonly status: EndpointStatus;
  /** Its newest attempts; they tell why lanes wait. */
  readonly attempts: readonly Attempt[];
}

/** What needs a person at one endpoint, the worst first. */
export function issuesOf(known: Known, now: number): Issue[] {
  return [...ofState(known, now), ...ofDead(known), ...ofLanes(known)];
}

function ofState({ endpoint, status, attempts }: Known, now: number): Issue[] {
  const { state, behind_by: count, state_reason: reason } = status;
  const common = {
    endpoint,
    count,
    countWords: `${counted(count, "event")} waiting`,
    firstAt: endpoint.state_since,
    lastAt: attempts.find(({ outcome }) => outcome !== "delivered")?.attempted_at ?? null,
    eventId: null,
  };
  const why = reason === null ? "" : `: ${reason}`;
  if (state === "disabled") {
    const advice =
      "Nothing is sent. Mend the receiver, then turn it on: what waits is sent in order.";
    return [
      { ...common, id: `${endpoint.id}|off`, kind: "off", title: `Switched off${why}`, advice },
    ];
  }
  if (state === "backing_off") {
    const advice =
      "It is tried again by itself, less and less often. When the receiver is back, try it now instead of waiting.";
    return [{ ...common, id: `${endpoint.id}|down`, kind: "down", title: `Down${why}`, advice }];
  }
  const isForgotten = now - Date.parse(endpoint.state_since) > forgottenAfterMs;
  if (state !== "paused" || !isForgotten || count === 0) return [];
  const advice = "It was paused by hand more than a day ago. Resume it, or remove it.";
  return [
    { ...common, id: `${endpoint.id}|paused`, kind: "paused", title: "Still paused", advice },
  ];
}

function ofDead({ endpoint, status }: Known): Issue[] {
  const groups = Map.groupBy(status.dead, ({ last_error }) => last_error);
  return [...groups].map(([cause, dead]) => ({
    id: `${endpoint.id}|dead|${cause}`,
    kind: "dead",
    endpoint,
    title: `Given up after ${cause}`,
    advice: `No further attempt is made. ${adviceFor(cause)} Then send them again.`,
    count: dead.length,
    countWords: counted(dead.length, "event"),
    firstAt: least(dead.map(({ dead_at }) => dead_at)),
    lastAt: most(dead.map(({ dead_at }) => dead_at)),
    eventId: dead[0]?.event_id ?? null,
  }));
}

function ofLanes({ endpoint, status, attempts }: Known): Issue[] {
  const byEvent = Map.groupBy(
    attempts.filter(({ outcome }) => outcome !== "delivered"),
    ({ event_id }) => event_id,
  );
  const told = status.lanes.map((lane) => {
    const tried = byEvent.get(lane.head_event_id) ?? [];
    const [newest] = tried;
    return { lane, tried, cause: newest ? answerWords(newest) : "an earlier failure" };
  });
  const groups = Map.groupBy(told, ({ cause }) => cause);
  return [...groups].map(([cause, lanes]) => {
    const times = lanes.flatMap(({ tried }) => tried.map(({ attempted_at }) => attempted_at));
    const waiting = lanes.reduce((sum, { lane }) => sum + lane.waiting, 0);
    return {
      id: `${endpoint.id}|lanes|${cause}`,
      kind: "lanes",
      endpoint,
      title: `Answers ${cause}`,
      advice: `${adviceFor(cause)} It is tried again by itself.`,
      count: lanes.length,
      countWords: `${counted(lanes.length, "customer")}, ${counted(waiting, "event")} waiting`,
      firstAt: least(times),
      lastAt: most(times),
      eventId: lanes[0]?.lane.head_event_id ?? null,
    };
  });
}

const least = (times: readonly string[]) => times.toSorted()[0] ?? null;
const most = (times: readonly string[]) => times.toSorted().at(-1) ?? null;

/** Where to look, by what the receiver answered. */
function adviceFor(cause: string): string {
  const status = Number(/\b[1-5]\d\d\b/.exec(cause)?.[0]);
  if (status >= 300 && status < 400) {
    return "The receiver sends elsewhere, which is not followed: set the URL it means.";
  }
  if (status === 401 || status === 403) {
    return "The receiver refuses the request: check its authentication and the secret it checks with.";
  }
  if (status === 404) return "The receiver has nothing at that path: check the URL.";
  if (status >= 400 && status < 500) {
    return "The receiver does not take this event: its answer says why.";
  }
  if (status >= 500) return "The receiver fails on this event: its answer and its log say why.";
  return "The receiver did not take it: see what it answered.";
}
