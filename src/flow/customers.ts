import { invalid, refuse, type InvalidValue } from "../contract/errors.ts";
import type { OperationInput } from "../contract/operations.ts";
import { Address, Customer, Note } from "../contract/resources/customer.ts";
import type { CustomerGraph } from "../store/deals.ts";
import { loadCustomer } from "../store/deals.ts";
import {
  enterExternalIds,
  findCustomerByExternalId,
  lockExternalIds,
  replaceExternalIds,
  type TakenId,
} from "../store/customerExternalIds.ts";
import { usersOf } from "../store/organizations.ts";
import { changesBetween, merged, requireFits } from "./changes.ts";
import { command } from "./command.ts";
import { requireNoVersion } from "./versions.ts";
import type { Work } from "./work.ts";

type NewCustomer = OperationInput<"createCustomer">["body"];

export const createCustomer = command(
  "create_customer",
  async (work, { body }: OperationInput<"createCustomer">) => {
    await lockExternalIds(work.tx, salesOrgOf(work), Object.entries(body.external_ids ?? {}));
    return makeOne(work, body);
  },
);

export const updateCustomer = command(
  "update_customer",
  async (work, { params, body }: OperationInput<"updateCustomer">) => {
    await lockExternalIds(work.tx, salesOrgOf(work), Object.entries(body.external_ids ?? {}));
    const graph = await change(work, await work.openCustomer(params.id), body);
    return graph.customer;
  },
);

/** Makes the customer, or changes the one with this external id. */
export const upsertCustomer = command(
  "upsert_customer",
  async (work, { params, body }: OperationInput<"upsertCustomer">) => {
    const external_ids = { ...body.external_ids, [params.system]: params.external_id };
    requireFits("external_ids", external_ids);
    const salesOrgId = salesOrgOf(work);
    await lockExternalIds(work.tx, salesOrgId, Object.entries(external_ids));
    const existing = await findCustomerByExternalId(work.tx, salesOrgId, {
      system: params.system,
      externalId: params.external_id,
    });
    const graph = existing && (await work.openCustomer(existing));
    // Until its customer was locked the id could still be taken off it.
    if (graph && graph.customer.external_ids[params.system] === params.external_id) {
      const changed = await change(work, graph, { ...body, external_ids });
      return changed.customer;
    }
    requireNoVersion(work.context);
    return makeOne(work, { ...body, external_ids, address: Address.parse(body.address) });
  },
);

export const createNote = command(
  "create_note",
  async (work, { params, body }: OperationInput<"createNote">) => {
    const graph = await work.openCustomer(params.id);
    const note = await work.insert(Note, {
      ...body,
      customer_id: graph.customer.id,
      author: authorOf(work),
    });
    work.tell("new_note", graph, { note });
    return note;
  },
);

export const updateNote = command(
  "update_note",
  async (work, { params, body }: OperationInput<"updateNote">) => {
    const { record, graph } = await work.openOfCustomer(Note, params.id);
    const { after, changes } = await work.update(Note, record, merged(record, body));
    if (changes) work.tell("update_note", graph, { note: after }, changes);
    return after;
  },
);

/** Who writes a note. */
export const authorOf = ({ context }: Work): string =>
  context.caller.actor.name ?? context.caller.actor.kind;

/** The caller's own organization; operations say that it is a sales organization. */
function salesOrgOf({ context }: Work): string {
  const { organizationId } = context.caller;
  if (!organizationId) throw new Error("A customer is made by a sales organization");
  return organizationId;
}

async function makeOne(work: Work, body: NewCustomer): Promise<Customer> {
  const [made] = await make(work, [body]);
  if (!made) throw new Error("No customer was made");
  return made.customer;
}

/**
 * Makes customers of the caller's, together: however many they are, with as many statements as for one.
 * @returns them in the order of the bodies.
 * @throws {ApiError} `invalid`, `external_id_free` when one of them is refused; what was written is then to be undone.
 */
export async function make(work: Work, bodies: readonly NewCustomer[]): Promise<CustomerGraph[]> {
  if (bodies.length === 0) return [];
  const sales_org_id = salesOrgOf(work);
  await requireOwnUsers(work, sales_org_id, bodies);
  const values = bodies.map((body) => ({ ...body, sales_org_id }));
  const made = await work.insertAll(Customer, values);
  requireFree(await enterExternalIds(work.tx, made));
  const graphs = await work.openMade(made);
  for (const graph of graphs) work.tell("new_customer", graph, {});
  return graphs;
}

/** Changes a customer that is open. @throws {ApiError} `invalid`, `external_id_free` */
export async function change(
  work: Work,
  graph: CustomerGraph,
  body: OperationInput<"updateCustomer">["body"],
): Promise<CustomerGraph> {
  const before = graph.customer;
  await requireOwnUsers(work, before.sales_org_id, [body]);
  const { after, changes } = await work.update(Customer, before, merged(before, body));
  if (!changes) return graph;
  if (changes["customer.external_ids"]) requireFree(await replaceExternalIds(work.tx, after));
  const areSame = after.rep_id === before.rep_id && after.setter_id === before.setter_id;
  const now = areSame ? { ...graph, customer: after } : await reload(work, after);
  work.tell("update_customer", now, {}, changesBetween("customer", before, after));
  return now;
}

async function reload({ tx }: Work, { id }: Customer): Promise<CustomerGraph> {
  const graph = await loadCustomer(tx, { customerId: id });
  if (!graph) throw new Error(`Customer ${id} is gone`);
  return graph;
}

/** @throws {ApiError} `external_id_free` when another customer has an id. */
function requireFree(taken: TakenId | undefined): void {
  if (!taken) return;
  throw refuse(
    "external_id_free",
    `Another customer has the id ${taken.externalId} in ${taken.system}: ${taken.customerId}`,
  );
}

/** Fields of customers and appointments that name people. */
const peopleFields = ["rep_id", "setter_id", "assignee_id"] as const;
type NamingPeople = {
  readonly [field in (typeof peopleFields)[number]]?: string | null | undefined;
};

/** People named on a customer or an appointment work for the sales organization. @throws {ApiError} `invalid` */
export async function requireOwnUsers(
  work: Work,
  organizationId: string,
  named: readonly NamingPeople[],
): Promise<void> {
  const [stranger] = (await strangersIn(work, organizationId, named)).flat();
  if (stranger) throw invalid(stranger.at, stranger.message);
}

/** Whom each names that does not work for the sales organization. */
export async function strangersIn(
  { tx }: Work,
  organizationId: string,
  named: readonly NamingPeople[],
): Promise<InvalidValue[][]> {
  const people = named.map((each) =>
    peopleFields.flatMap((field) => {
      const id = each[field];
      return typeof id === "string" ? [{ field, id }] : [];
    }),
  );
  const ids = new Set(people.flat().map(({ id }) => id));
  const own = await usersOf(tx, organizationId, [...ids]);
  return people.map((each) =>
    each
      .filter(({ id }) => !own.has(id))
      .map(({ field, id }) => ({
        at: `/${field}`,
        message: `No user ${id} of this organization`,
      })),
  );
}
