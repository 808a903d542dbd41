/** What may stand before the names of the tables. */
const prefixPattern = /^[a-z_][a-z0-9_]{0,30}$/;

/** Names of the tables of an inbox. */
export interface Tables {
  readonly events: string;
  readonly gaps: string;
  readonly start: string;
}

/** @throws {TypeError} when the prefix could not stand in a name. */
export function tablesOf(prefix: string): Tables {
  if (!prefixPattern.test(prefix)) {
    throw new TypeError(
      `Pass a prefix of small letters, digits and underscores, not ${JSON.stringify(prefix)}`,
    );
  }
  return { events: `${prefix}events`, gaps: `${prefix}gaps`, start: `${prefix}start` };
}

/**
 * The statements that make the tables of an inbox, for PostgreSQL and SQLite alike: what `inbox.migrate()` runs. For those
 * who make tables by migrations of their own. Each does nothing where its table or index is there.
 * @param prefix of the names, as given to the inbox.
 * @example for (const statement of inboxTables("heliograph_inbox_")) await pool.query(statement);
 */
export function inboxTables(prefix = defaultPrefix): string[] {
  const { events, gaps, start } = tablesOf(prefix);
  return [
    `create table if not exists ${events} (
  id text primary key,
  type text not null,
  lane text not null, -- the customer's id: one at a time, in order
  sequence bigint not null, -- position in the organization's feed
  customer_sequence bigint not null,
  previous bigint, -- position of the endpoint's event before it, as it was told
  is_linked integer not null, -- 1 once nothing is missing between the two
  is_replay integer not null,
  via text not null check (via in ('delivery', 'pull')),
  state text not null check (state in ('pending', 'handled', 'kept', 'poison')),
  tries integer not null,
  due_at_ms bigint not null, -- milliseconds since the epoch, as all times here
  received_at_ms bigint not null,
  handled_at_ms bigint,
  error text,
  body text
)`,
    `create index if not exists ${events}_lane on ${events} (lane, sequence)`,
    `create index if not exists ${events}_sequence on ${events} (sequence)`,
    `create index if not exists ${events}_due on ${events} (due_at_ms) where state = 'pending'`,
    `create index if not exists ${events}_poison on ${events} (lane, sequence) where state = 'poison'`,
    `create index if not exists ${events}_unlinked on ${events} (sequence) where is_linked = 0`,
    `create table if not exists ${gaps} (
  at bigint primary key, -- position of the event that named what is missing; where none did, up_to
  after bigint not null,
  up_to bigint not null,
  noticed_at_ms bigint not null,
  reason text not null
)`,
    `create table if not exists ${start} (
  one integer primary key check (one = 1),
  sequence bigint not null -- from here on the inbox is to be complete
)`,
  ];
}

export const defaultPrefix = "heliograph_inbox_";
