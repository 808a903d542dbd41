import { invalid, refuse } from "../contract/errors.ts";
import type { OperationInput } from "../contract/operations.ts";
import { Address, Customer, Note } from "../contract/resources/customer.ts";
import type { CustomerGraph } from "../store/deals.ts";
import { loadCustomer } from "../store/deals.ts";
import {
  findCustomerByExternalId,
  lockExternalIds,
  replaceExternalIds,
} from "../store/customerExternalIds.ts";
import { isUserOf } from "../store/organizations.ts";
import { changesBetween, merged, requireFits } from "./changes.ts";
import { command } from "./command.ts";
import { requireNoVersion } from "./versions.ts";
import type { Work } from "./work.ts";

type NewCustomer = OperationInput<"createCustomer">["body"];

export const createCustomer = command(
  "create_customer",
  async (work, { body }: OperationInput<"createCustomer">) => {
    await lockExternalIds(work.tx, salesOrgOf(work), Object.entries(body.external_ids ?? {}));
    return make(work, body);
  },
);

export const updateCustomer = command(
  "update_customer",
  async (work, { params, body }: OperationInput<"updateCustomer">) => {
    await lockExternalIds(work.tx, salesOrgOf(work), Object.entries(body.external_ids ?? {}));
    return change(work, await work.openCustomer(params.id), body);
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
      return change(work, graph, { ...body, external_ids });
    }
    requireNoVersion(work.context);
    return make(work, { ...body, external_ids, address: Address.parse(body.address) });
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

/** Makes a customer of the caller's. @throws {ApiError} `invalid`, `external_id_free` */
export async function make(work: Work, body: NewCustomer): Promise<Customer> {
  const sales_org_id = salesOrgOf(work);
  await requireOwnUsers(work, sales_org_id, body);
  const made = await work.insert(Customer, { ...body, sales_org_id });
  await takeExternalIds(work, made);
  const graph = await work.openCustomer(made.id);
  work.tell("new_customer", graph, {});
  return graph.customer;
}

/** Changes a customer that is open. @throws {ApiError} `invalid`, `external_id_free` */
export async function change(
  work: Work,
  graph: CustomerGraph,
  body: OperationInput<"updateCustomer">["body"],
): Promise<Customer> {
  const before = graph.customer;
  await requireOwnUsers(work, before.sales_org_id, body);
  const { after, changes } = await work.update(Customer, before, merged(before, body));
  if (!changes) return before;
  if (changes["customer.external_ids"]) await takeExternalIds(work, after);
  const isSameRep = after.rep_id === before.rep_id;
  const now = isSameRep ? { ...graph, customer: after } : await reload(work, after);
  work.tell("update_customer", now, {}, changesBetween("customer", before, after));
  return after;
}

async function reload({ tx }: Work, { id }: Customer): Promise<CustomerGraph> {
  const graph = await loadCustomer(tx, { customerId: id });
  if (!graph) throw new Error(`Customer ${id} is gone`);
  return graph;
}

/** @throws {ApiError} `external_id_free` when another customer has one of these ids. */
async function takeExternalIds(work: Work, customer: Customer): Promise<void> {
  const taken = await replaceExternalIds(work.tx, customer);
  if (taken) {
    throw refuse(
      "external_id_free",
      `Another customer has the id ${taken.externalId} in ${taken.system}: ${taken.customerId}`,
    );
  }
}

/** People named on a customer or an appointment work for the sales organization. */
export async function requireOwnUsers(
  { tx }: Work,
  organizationId: string,
  named: Readonly<Record<string, unknown>>,
): Promise<void> {
  for (const field of ["rep_id", "setter_id", "assignee_id"]) {
    const id = named[field];
    if (typeof id !== "string" || (await isUserOf(tx, organizationId, id))) continue;
    throw invalid(`/${field}`, `No user ${id} of this organization`);
  }
}
