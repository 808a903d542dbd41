import { startOf, type Entry, type Gap, type Inbox, type Work } from "./inbox.ts";

/**
 * An inbox in memory, for tests and trials: it forgets all when the process ends, and undoes nothing of what a handler did
 * before it threw. `context.tx` is undefined.
 * @example const hooks = receiver({ secret, inbox: memoryInbox(), on: { … } });
 */
export function memoryInbox(): Inbox<undefined> {
  const entries = new Map<string, Entry>();
  const unlinked = new Set<string>();
  const lost = new Map<number, Gap>();
  const turns = new Map<string, Promise<unknown>>();
  let start: number | null = null;

  const inOrder = () =>
    [...entries.values()].toSorted((a, b) => a.sequence - b.sequence || compare(a.id, b.id));
  const has = (sequence: number) => inOrder().some((entry) => entry.sequence === sequence);
  const change = (id: string, to: Partial<Entry>) => {
    const entry = entries.get(id);
    if (entry) entries.set(id, { ...entry, ...to });
    return entry !== undefined;
  };
  const open = () => inOrder().filter(({ id, previous }) => unlinked.has(id) && previous !== null);
  const before = (sequence: number, lane?: string) =>
    inOrder().findLast(
      (entry) => entry.sequence < sequence && (lane === undefined || entry.lane === lane),
    );

  const workIn = (lane: string): Work<undefined> => ({
    tx: undefined,
    next: async ({ passPoison }) =>
      inOrder().find(
        (entry) =>
          entry.lane === lane &&
          (entry.state === "pending" || (entry.state === "poison" && !passPoison)),
      ),
    async gapBefore({ sequence, customerSequence }) {
      const last = before(sequence, lane);
      if (customerSequence === (last?.customerSequence ?? 0) + 1) return null;
      const missing = open().find(
        (entry) =>
          entry.sequence <= sequence &&
          (entry.previous ?? 0) > (last?.sequence ?? 0) &&
          !has(entry.previous ?? 0),
      );
      return missing?.previous ?? null;
    },
    async noteTry(id) {
      change(id, { tries: (entries.get(id)?.tries ?? 0) + 1 });
    },
    async settle(id, state) {
      change(id, { state, handledAtMs: Date.now(), error: null });
    },
  });

  return {
    migrate: async () => undefined,
    async record(arrivals, rule) {
      const added = arrivals.filter(({ id }) => !entries.has(id));
      for (const arrival of arrivals) {
        start ??= startOf(arrival, rule);
        const { id, previous, receivedAtMs } = arrival;
        if (entries.has(id)) continue;
        const isAtStart = previous === null || previous <= (start ?? Number.MAX_SAFE_INTEGER);
        if (!isAtStart && !has(previous)) unlinked.add(id);
        const fresh = { state: "pending", tries: 0, handledAtMs: null, error: null } as const;
        entries.set(id, { ...arrival, ...fresh, dueAtMs: receivedAtMs });
      }
      return added.map(({ id }) => id);
    },
    async inLane(lane, wait, work) {
      const under = turns.get(lane);
      if (under && !wait) return undefined;
      const turn = (under ?? Promise.resolve()).then(() => work(workIn(lane)));
      const settled = turn.catch(() => undefined);
      turns.set(lane, settled);
      return turn.finally(() => {
        if (turns.get(lane) === settled) turns.delete(lane);
      });
    },
    async fail({ id, tries, error, dueAtMs }) {
      const state = dueAtMs === null ? "poison" : "pending";
      change(id, { tries, error, state, ...(dueAtMs !== null && { dueAtMs }) });
    },
    async dueLanes({ nowMs, passPoison }) {
      const held = new Set<string>();
      const due = new Set<string>();
      for (const { lane, state, dueAtMs } of inOrder()) {
        if (state === "poison" && !passPoison) held.add(lane);
        if (state === "pending" && dueAtMs <= nowMs && !held.has(lane)) due.add(lane);
      }
      return [...due];
    },
    find: async (id) => entries.get(id),
    list: async ({ state, after = 0, limit = 100 } = {}) =>
      inOrder()
        .filter((entry) => entry.sequence > after && (!state || entry.state === state))
        .slice(0, limit),
    async retry(id) {
      if (typeof entries.get(id)?.body !== "string") return false;
      return change(id, { state: "pending", tries: 0, error: null, dueAtMs: 0, handledAtMs: null });
    },
    async gaps() {
      for (const { id, previous } of open()) if (has(previous ?? 0)) unlinked.delete(id);
      const found = open().map(({ sequence, previous, receivedAtMs }): Gap => ({
        at: sequence,
        after: Math.max(before(sequence)?.sequence ?? 0, start ?? 0),
        to: previous ?? 0,
        noticedAtMs: receivedAtMs,
        state: "open",
        reason: null,
      }));
      return [...found, ...lost.values()];
    },
    async closeGap(at, gap) {
      const isNew = gap !== undefined && !lost.has(at);
      if (isNew) lost.set(at, gap);
      for (const { id, sequence } of open()) if (sequence === at) unlinked.delete(id);
      return isNew;
    },
    position: async () => ({ start, last: inOrder().at(-1)?.sequence ?? 0 }),
    stored: async (from, to) =>
      inOrder()
        .filter(({ sequence }) => sequence >= from && sequence <= to)
        .map(({ sequence, id }) => ({ sequence, id })),
    async forget(instant) {
      const old = inOrder().filter(
        ({ body, handledAtMs }) =>
          body !== null && handledAtMs !== null && handledAtMs < instant.getTime(),
      );
      for (const { id } of old) change(id, { body: null });
      return old.length;
    },
  };
}

const compare = (a: string, b: string) => (a < b ? -1 : Number(a > b));
