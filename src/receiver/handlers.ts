import type { EventEnvelope, EventType } from "../contract/catalogue.ts";
import type { Entry } from "./inbox.ts";

/** A received event of one type. */
export type EventOf<T extends EventType> = Extract<EventEnvelope, { type: T }>;

/** An event of a type that this version does not know: a newer service may send it. */
export interface UnknownEvent {
  readonly id: string;
  readonly type: string;
  readonly data?: unknown;
}

/** What a handler is told beside the event. */
export interface HandlerContext<Tx> {
  /**
   * The open transaction that notes that the event was handled. What is written through it commits with that note or not
   * at all: a `PoolClient` of `pg`, the `sql` of `postgres`, the SQLite database itself, or undefined in memory.
   */
  readonly tx: Tx;
  /** 1-based: which try this is. */
  readonly attempt: number;
  /** Whether it was sent to us, or fetched by us because it was missing. */
  readonly via: "delivery" | "pull";
  /** Whether it came by a replay. */
  readonly isReplay: boolean;
  /** When it came first. */
  readonly receivedAt: Date;
}

/** Does what an event asks for. When it throws, what it wrote by `context.tx` is undone and it is tried again later. */
export type EventHandler<E, Tx> = (event: E, context: HandlerContext<Tx>) => unknown;

/** Handlers by the name of the event; a name that is none does not compile. */
export type EventHandlers<Tx> = {
  readonly [T in EventType]?: EventHandler<EventOf<T>, Tx>;
};

/** What is done with the events of an inbox. */
export interface Handling<Tx> {
  readonly on: EventHandlers<Tx>;
  readonly otherwise?: EventHandler<EventEnvelope | UnknownEvent, Tx> | undefined;
}

/** @returns undefined when nobody handles events of this type: they are kept. */
export function handlerOf<Tx>(
  { on, otherwise }: Handling<Tx>,
  type: string,
): EventHandler<unknown, Tx> | undefined {
  // Which name goes with which event is held by the type of `on`; here they are one.
  const handlers = on as Readonly<Record<string, EventHandler<unknown, Tx> | undefined>>;
  const own = Object.hasOwn(handlers, type) ? handlers[type] : undefined;
  return own ?? (otherwise as EventHandler<unknown, Tx> | undefined);
}

/** @throws {Error} when its body was forgotten. */
export function eventIn({ id, body }: Entry): unknown {
  if (body === null) throw new Error(`The body of ${id} was forgotten`);
  return JSON.parse(body);
}
