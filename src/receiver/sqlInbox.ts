import { startOf, type Arrival, type Entry, type Gap, type Inbox, type Work } from "./inbox.ts";
import { inboxTables, tablesOf } from "./sqlTables.ts";

/** A row as a driver gives it: numbers may come as text. */
export type Row = Readonly<Record<string, unknown>>;

/** Runs one statement; `?` stands for each parameter. */
export type Query = (text: string, parameters?: readonly SqlValue[]) => Promise<Row[]>;
export type SqlValue = string | number | null;

/** A database, as far as an inbox needs it. */
export interface SqlDatabase<Tx> {
  /** Outside a transaction. */
  readonly query: Query;
  /** In a transaction: committed when the work resolves, rolled back when it rejects. */
  inTransaction<T>(work: (query: Query, tx: Tx) => Promise<T>): Promise<T>;
  /** Takes a lock until the transaction ends. @returns whether it was had; always with `wait`. */
  lock(query: Query, name: string, wait: boolean): Promise<boolean>;
}

/** The inbox of any database that speaks SQL. */
export function sqlInbox<Tx>(database: SqlDatabase<Tx>, prefix: string): Inbox<Tx> {
  const tables = tablesOf(prefix);
  const { events, gaps, start } = tables;
  const { query } = database;
  const known = (position: string) =>
    `exists (select 1 from ${events} k where k.sequence = ${position})`;
  const startPosition = `(select sequence from ${start})`;
  /** Takes `previous` three times. PostgreSQL has to be told the type of a parameter that stands alone. */
  const isLinked = `case when cast(? as bigint) is null or cast(? as bigint) <= coalesce(${startPosition}, 9007199254740991)
    or ${known("?")} then 1 else 0 end`;
  /** Whether the inbox is known to have a start. */
  let isStarted = false;

  return {
    async migrate() {
      // Whoever makes tables by himself may have a role here that cannot.
      const isThere = await query(`select one from ${start}`).then(
        () => true,
        () => false,
      );
      if (isThere) return;
      await database.inTransaction(async (run) => {
        await database.lock(run, prefix, true);
        for (const statement of inboxTables(prefix)) await run(statement);
      });
    },

    async record(arrivals, rule) {
      const [only] = arrivals;
      if (isStarted && only && arrivals.length === 1) return insert(query, only);
      const starts = arrivals.map((arrival) => startOf(arrival, rule));
      const first = starts.find((position) => position !== null);
      const added = await database.inTransaction(async (run) => {
        if (first !== undefined && !isStarted) {
          await run(
            `insert into ${start} (one, sequence) values (1, ?) on conflict (one) do nothing`,
            [first],
          );
        }
        const ids: string[] = [];
        for (const arrival of arrivals) ids.push(...(await insert(run, arrival)));
        return ids;
      });
      isStarted ||= first !== undefined;
      return added;
    },

    inLane: (lane, wait, work) =>
      database.inTransaction(async (run, tx) => {
        if (!(await database.lock(run, `${prefix}${lane}`, wait))) return undefined;
        return work(workIn(run, lane, tx));
      }),

    async fail({ id, tries, error, dueAtMs }) {
      await query(
        `update ${events} set tries = ?, error = ?, due_at_ms = ?, state = ? where id = ? and state = 'pending'`,
        [tries, error, dueAtMs ?? Date.now(), dueAtMs === null ? "poison" : "pending", id],
      );
    },

    async dueLanes({ nowMs, passPoison }) {
      const isHeld = `exists (select 1 from ${events} p
        where p.lane = e.lane and p.state = 'poison' and p.sequence < e.sequence)`;
      const rows = await query(
        `select e.lane, min(e.sequence) as first from ${events} e
        where e.state = 'pending' and e.due_at_ms <= ? ${passPoison ? "" : `and not ${isHeld}`}
        group by e.lane order by first limit 1000`,
        [nowMs],
      );
      return rows.map(({ lane }) => String(lane));
    },

    async find(id) {
      const [row] = await query(`select * from ${events} where id = ?`, [id]);
      return row && entryOf(row);
    },

    async list({ state, after = 0, limit = 100 } = {}) {
      const rows = await query(
        `select * from ${events} where sequence > ? ${state ? "and state = ?" : ""} order by sequence, id limit ?`,
        [after, ...(state ? [state] : []), limit],
      );
      return rows.map(entryOf);
    },

    async retry(id) {
      const rows = await query(
        `update ${events} set state = 'pending', tries = 0, error = null, due_at_ms = 0, handled_at_ms = null
        where id = ? and body is not null returning id`,
        [id],
      );
      return rows.length > 0;
    },

    async gaps() {
      await query(
        `update ${events} set is_linked = 1 where is_linked = 0 and ${known(`${events}.previous`)}`,
      );
      const open = await query(
        `select e.sequence as at, e.previous as up_to, e.received_at_ms as noticed_at_ms,
          coalesce((select max(k.sequence) from ${events} k where k.sequence < e.sequence), 0) as below,
          coalesce(${startPosition}, 0) as start
        from ${events} e where e.is_linked = 0 order by e.sequence limit 1000`,
      );
      const lost = await query(`select * from ${gaps} order by at limit 1000`);
      return [...open.map(openGapOf), ...lost.map(lostGapOf)];
    },

    async closeGap(at, lost) {
      return database.inTransaction(async (run) => {
        const noted = lost
          ? await run(
              `insert into ${gaps} (at, after, up_to, noticed_at_ms, reason) values (?, ?, ?, ?, ?)
              on conflict (at) do nothing returning at`,
              [at, lost.after, lost.to, lost.noticedAtMs, lost.reason ?? ""],
            )
          : [];
        await run(`update ${events} set is_linked = 1 where sequence = ?`, [at]);
        return noted.length > 0;
      });
    },

    async position() {
      const [row] = await query(
        `select ${startPosition} as start, (select max(sequence) from ${events}) as last`,
      );
      return { start: numberOrNull(row?.["start"]), last: Number(row?.["last"] ?? 0) };
    },

    async stored(from, to) {
      const rows = await query(
        `select sequence, id from ${events} where sequence between ? and ? order by sequence`,
        [from, to],
      );
      return rows.map(({ sequence, id }) => ({ sequence: Number(sequence), id: String(id) }));
    },

    async forget(before) {
      const rows = await query(
        `update ${events} set body = null where state in ('handled', 'kept') and handled_at_ms < ? and body is not null
        returning id`,
        [before.getTime()],
      );
      return rows.length;
    },
  };

  /** @returns its id, unless it was there. */
  async function insert(run: Query, arrival: Arrival): Promise<string[]> {
    const { id, type, lane, sequence, customerSequence, previous } = arrival;
    const rows = await run(
      `insert into ${events} (id, type, lane, sequence, customer_sequence, previous, is_linked, is_replay, via,
        state, tries, due_at_ms, received_at_ms, body)
      values (?, ?, ?, ?, ?, ?, ${isLinked}, ?, ?, 'pending', 0, ?, ?, ?)
      on conflict (id) do nothing returning id`,
      [
        id,
        type,
        lane,
        sequence,
        customerSequence,
        previous,
        ...Array.from({ length: 3 }, () => previous), // of `isLinked`
        arrival.isReplay ? 1 : 0,
        arrival.via,
        arrival.receivedAtMs,
        arrival.receivedAtMs,
        arrival.body,
      ],
    );
    return rows.map((row) => String(row["id"]));
  }

  function workIn(run: Query, lane: string, tx: Tx): Work<Tx> {
    return {
      tx,
      async next({ passPoison }) {
        const states = passPoison ? "('pending')" : "('pending', 'poison')";
        const [row] = await run(
          `select * from ${events} where lane = ? and state in ${states} order by sequence, id limit 1`,
          [lane],
        );
        return row && entryOf(row);
      },
      async gapBefore({ sequence, customerSequence }) {
        const [last] = await run(
          `select sequence, customer_sequence from ${events} where lane = ? and sequence < ? order by sequence desc limit 1`,
          [lane, sequence],
        );
        if (customerSequence === Number(last?.["customer_sequence"] ?? 0) + 1) return null;
        const [row] = await run(
          `select min(u.previous) as gap from ${events} u
          where u.is_linked = 0 and u.sequence <= ? and u.previous > ? and not ${known("u.previous")}`,
          [sequence, Number(last?.["sequence"] ?? 0)],
        );
        return numberOrNull(row?.["gap"]);
      },
      async noteTry(id) {
        await run(`update ${events} set tries = tries + 1 where id = ?`, [id]);
      },
      async settle(id, state) {
        await run(`update ${events} set state = ?, handled_at_ms = ?, error = null where id = ?`, [
          state,
          Date.now(),
          id,
        ]);
      },
    };
  }
}

const numberOrNull = (value: unknown) =>
  value === null || value === undefined ? null : Number(value);

function entryOf(row: Row): Entry {
  const number = (name: string) => Number(row[name]);
  const text = (name: string) => row[name] as string | null;
  return {
    id: String(row["id"]),
    type: String(row["type"]),
    lane: String(row["lane"]),
    sequence: number("sequence"),
    customerSequence: number("customer_sequence"),
    previous: numberOrNull(row["previous"]),
    isReplay: number("is_replay") === 1,
    via: row["via"] as Entry["via"],
    state: row["state"] as Entry["state"],
    tries: number("tries"),
    dueAtMs: number("due_at_ms"),
    receivedAtMs: number("received_at_ms"),
    handledAtMs: numberOrNull(row["handled_at_ms"]),
    error: text("error"),
    body: text("body"),
  };
}

const openGapOf = (row: Row): Gap => ({
  at: Number(row["at"]),
  after: Math.max(Number(row["below"]), Number(row["start"])),
  to: Number(row["up_to"]),
  noticedAtMs: Number(row["noticed_at_ms"]),
  state: "open",
  reason: null,
});

const lostGapOf = (row: Row): Gap => ({
  at: Number(row["at"]),
  after: Number(row["after"]),
  to: Number(row["up_to"]),
  noticedAtMs: Number(row["noticed_at_ms"]),
  state: "lost",
  reason: String(row["reason"]),
});
