import type { z } from "zod";
import type { EventData, EventType } from "../contract/catalogue.ts";
import { ApiError } from "../contract/errors.ts";
import type { Changes } from "../contract/event.ts";
import type { Party } from "../contract/meta.ts";
import { resourceInfo } from "../contract/resource.ts";
import type { Customer } from "../contract/resources/customer.ts";
import { partOf, type Tx } from "../base/database.ts";
import { newId } from "../base/id.ts";
import type { RecordedEvent } from "../store/appendEvents.ts";
import {
  loadCustomer,
  loadDeal,
  lockCustomers,
  openLocked,
  openLockedCustomers,
  type CustomerGraph,
  type CustomerKey,
  type DealGraph,
} from "../store/deals.ts";
import { findRecord, insertRecord, insertRecords, updateRecord } from "../store/records.ts";
import type { Context } from "./context.ts";
import { partiesOf, rolesOf, seen, type Parties } from "./parties.ts";
import { changesBetween } from "./changes.ts";
import { requireSettable } from "./settable.ts";
import { eventOf } from "./told.ts";
import { requireVersion } from "./versions.ts";

/** A record of the flow: belongs to a customer and mostly to a deal. */
type FlowResource = z.ZodObject;
interface Owned {
  readonly id: string;
  readonly version: number;
  readonly customer_id: string;
  readonly survey_id?: string | null;
  /** The installer whose record it is, whoever is chosen on the deal by now. */
  readonly epc_id?: string | null;
}

/** What an event's data hold beyond its customer or deal. A deal's have a proposal, be it null. */
type SubjectOf<T extends EventType> = Omit<
  EventData<T>,
  EventData<T> extends { proposal: unknown } ? keyof DealGraph : keyof CustomerGraph
>;

/** One command at work: an open transaction, the customer's lock, and the events it has recorded so far. */
export interface Work {
  readonly context: Context;
  readonly tx: Tx;
  /** As events say it in `cause.command`. */
  readonly commandName: string;
  /** The database's time once the customer is locked, as RFC 3339. */
  readonly now: string;
  readonly recorded: readonly RecordedEvent[];
  /** Locks a customer of the caller's. @throws {ApiError} `not_found`, `version_mismatch` */
  openCustomer(id: string): Promise<CustomerGraph>;
  /** Locks customers of the caller's, many at once, and gives them in the order of their ids. @throws {ApiError} `not_found`, `version_mismatch` */
  openCustomers(ids: readonly string[]): Promise<CustomerGraph[]>;
  /** Opens customers that this command has made: nobody else can have them, so there is nothing to lock. */
  openMade(customers: readonly Customer[]): Promise<CustomerGraph[]>;
  /** Locks the customer of a deal that the caller is a party to. @throws {ApiError} `not_found`, `version_mismatch` */
  openDeal(surveyId: string): Promise<DealGraph>;
  /** Locks the customer of a record and reads the record with its deal. @throws {ApiError} `not_found`, `version_mismatch` */
  open<R extends FlowResource>(
    resource: R,
    id: string,
  ): Promise<{ record: z.infer<R>; deal: DealGraph }>;
  /** The same for a record that belongs to a customer only. */
  openOfCustomer<R extends FlowResource>(
    resource: R,
    id: string,
  ): Promise<{ record: z.infer<R>; graph: CustomerGraph }>;
  /**
   * Writes a new record. `values` may hold columns that are not public.
   * @throws {ApiError} `invalid` at fields that are hidden from the caller.
   */
  insert<R extends FlowResource>(resource: R, values: Record<string, unknown>): Promise<z.infer<R>>;
  /** Writes new records, many at once; `values` as JSON can hold them. @throws {ApiError} as `insert` does. */
  insertAll<R extends FlowResource>(
    resource: R,
    values: readonly Record<string, unknown>[],
  ): Promise<z.infer<R>[]>;
  /**
   * Writes what differs.
   * @returns the record as it is now, and the changes by path; no changes, no write.
   * @throws {ApiError} `invalid` at fields that are hidden from the caller, also when the value is the one that is there.
   */
  update<R extends FlowResource>(
    resource: R,
    before: z.infer<R>,
    values: Record<string, unknown>,
  ): Promise<{ after: z.infer<R>; changes: Changes | null }>;
  /** Records an event; it is appended when the command ends. `subject` is what its data hold beyond the deal. */
  tell<T extends EventType>(
    type: T,
    graph: CustomerGraph | DealGraph,
    subject: SubjectOf<T>,
    changes?: Changes | null,
  ): void;
  /** Records an event as it is; it is appended when the command ends. */
  record(event: RecordedEvent): void;
  /** Runs a part that may be refused: nothing of it is left then, and the command goes on. */
  attempt<T>(run: () => Promise<T>): Promise<Attempted<T>>;
  /** From here on no event is recorded: what is done stays, and nobody is told. */
  tellNobody(): void;
  /** What the caller may see of a record of this deal or customer. */
  show<S extends z.ZodType>(
    schema: S,
    record: z.infer<S>,
    graph: CustomerGraph | DealGraph,
  ): z.infer<S>;
}

/** What became of a part of a command. */
export type Attempted<T> =
  | { readonly answer: T; readonly refusal?: undefined }
  | { readonly refusal: ApiError };

export function createWork(context: Context, tx: Tx, commandName: string): Work {
  return new OpenWork(context, tx, commandName);
}

class OpenWork implements Work {
  readonly context: Context;
  readonly tx: Tx;
  readonly recorded: RecordedEvent[] = [];
  now = "";
  readonly commandName: string;
  /** As what the caller is party to the customer or deal that is open; none before one is. */
  #roles: readonly Party[] = [];
  #isSilent = false;

  constructor(context: Context, tx: Tx, commandName: string) {
    this.context = context;
    this.tx = tx;
    this.commandName = commandName;
  }

  async openCustomer(id: string) {
    const key = { customerId: id };
    const graph = await this.#locked(key, () => loadCustomer(this.tx, key));
    if (!graph) throw notFound("customer", id);
    this.#requireParty(partiesOf(graph), "customer", id, ["sales_org"]);
    requireVersion(this.context, graph.customer);
    return graph;
  }

  async openCustomers(ids: readonly string[]) {
    const customers = await lockCustomers(this.tx, ids);
    const found = new Set(customers.map(({ id }) => id));
    for (const id of ids) if (!found.has(id)) throw notFound("customer", id);
    const graphs = await this.openMade(customers);
    for (const customer of customers) requireVersion(this.context, customer);
    return graphs;
  }

  async openMade(customers: readonly Customer[]) {
    const { now, found } = await openLockedCustomers(this.tx, customers);
    this.now = now;
    for (const graph of found) {
      this.#requireParty(partiesOf(graph), "customer", graph.customer.id, ["sales_org"]);
    }
    return found;
  }

  async openDeal(surveyId: string) {
    const deal = await this.#locked({ surveyId }, () => loadDeal(this.tx, surveyId));
    if (!deal) throw notFound("survey", surveyId);
    this.#requireParty(partiesOf(deal), "survey", surveyId, ["sales_org", "epc"]);
    requireVersion(this.context, deal.survey);
    return deal;
  }

  async open<R extends FlowResource>(resource: R, id: string) {
    const { name, parties } = resourceInfo(resource);
    const owned = await this.#ownerOf(resource, id);
    const { survey_id: surveyId, customer_id: customerId } = owned;
    if (!surveyId) throw notFound(name, id);
    const found = await this.#locked({ customerId }, () =>
      Promise.all([loadDeal(this.tx, surveyId), findRecord(this.tx, resource, id)]),
    );
    const [deal, record] = found ?? [];
    if (!deal || !record) throw notFound(name, id);
    const { epc_id = partiesOf(deal).epc } = owned;
    this.#requireParty({ ...partiesOf(deal), epc: epc_id }, name, id, parties);
    requireVersion(this.context, record as unknown as Owned);
    return { record, deal };
  }

  async openOfCustomer<R extends FlowResource>(resource: R, id: string) {
    const { name, parties } = resourceInfo(resource);
    const { customer_id: customerId } = await this.#ownerOf(resource, id);
    const found = await this.#locked({ customerId }, () =>
      Promise.all([loadCustomer(this.tx, { customerId }), findRecord(this.tx, resource, id)]),
    );
    const [graph, record] = found ?? [];
    if (!graph || !record) throw notFound(name, id);
    this.#requireParty(partiesOf(graph), name, id, parties);
    requireVersion(this.context, record as unknown as Owned);
    return { record, graph };
  }

  async insert<R extends FlowResource>(resource: R, values: Record<string, unknown>) {
    return insertRecord(this.tx, resource, this.#made(resource, values));
  }

  async insertAll<R extends FlowResource>(resource: R, values: readonly Record<string, unknown>[]) {
    const rows = values.map((each) => this.#made(resource, each));
    return insertRecords(this.tx, resource, rows);
  }

  async update<R extends FlowResource>(
    resource: R,
    before: z.infer<R>,
    values: Record<string, unknown>,
  ) {
    requireSettable(resource, values, this.#roles);
    const { name } = resourceInfo(resource);
    const changes = changesBetween(name, before, { ...before, ...values });
    if (!changes) return { after: before, changes };
    const { id } = before as unknown as Owned;
    const after = await updateRecord(this.tx, resource, { id, now: this.now, values });
    return { after, changes };
  }

  tell<T extends EventType>(
    type: T,
    graph: CustomerGraph | DealGraph,
    subject: SubjectOf<T>,
    changes: Changes | null = null,
  ) {
    if (this.#isSilent) return;
    const { context, now, commandName } = this;
    this.record(eventOf({ type, graph, subject, changes }, { context, now, commandName }));
  }

  record(event: RecordedEvent) {
    if (!this.#isSilent) this.recorded.push(event);
  }

  async attempt<T>(run: () => Promise<T>): Promise<Attempted<T>> {
    const told = this.recorded.length;
    try {
      return { answer: await partOf(this.tx, run) };
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.recorded.length = told;
      return { refusal: error };
    }
  }

  tellNobody() {
    this.#isSilent = true;
  }

  show<S extends z.ZodType>(schema: S, record: z.infer<S>, graph: CustomerGraph | DealGraph) {
    return seen(schema, record, rolesOf(this.context.caller, partiesOf(graph)));
  }

  /** What is written of a new record. */
  #made(resource: FlowResource, values: Record<string, unknown>) {
    requireSettable(resource, values, this.#roles);
    const id = newId(resourceInfo(resource).prefix);
    const dates = this.now ? { created_at: this.now, updated_at: this.now } : {};
    return { id, ...dates, ...values };
  }

  /** Whose record it is, read before the lock; the record itself is read again under it. */
  async #ownerOf(resource: FlowResource, id: string): Promise<Owned> {
    const record = await findRecord(this.tx, resource, id);
    if (!record) throw notFound(resourceInfo(resource).name, id);
    return record as unknown as Owned;
  }

  async #locked<T>(key: CustomerKey, read: () => Promise<T>): Promise<T | undefined> {
    const opened = await openLocked(this.tx, key, read);
    if (opened) this.now = opened.now;
    return opened?.found;
  }

  #requireParty(parties: Parties, name: string, id: string, allowed: readonly Party[]): void {
    const { caller } = this.context;
    this.#roles = rolesOf(caller, parties);
    const inCall = this.#roles.filter((role) => caller.roles.includes(role));
    if (!inCall.some((role) => allowed.includes(role))) throw notFound(name, id);
  }
}

/** What belongs to others does not exist for the caller. */
export const notFound = (name: string, id: string) =>
  new ApiError("not_found", `No ${name.replaceAll("_", " ")} ${id}`);
