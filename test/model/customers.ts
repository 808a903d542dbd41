import { command, pick, salesOrg } from "./command.ts";
import { differs, set, type Customer, type Model } from "./records.ts";

const person = {
  first_name: "Avery",
  last_name: "Sample",
  address: { street: "100 Example Way", city: "Sampleton", state: "TX", zip: "75001" },
};

const newCustomer = (model: Model, id: string, given: Partial<Customer["is"]>) =>
  model.customers.push({
    id,
    is: { first_name: person.first_name, phone: null, external_ids: {}, ...given },
    events: 0,
  });

/** No two customers have the same id in a system. */
const isFree = ({ customers }: Model, crm: string | null | undefined, owner?: Customer) =>
  !crm || customers.every((other) => other === owner || other.is.external_ids["crm"] !== crm);

export const createCustomer = command({
  by: salesOrg,
  on: (model) => [model],
  plan(model, { variant }) {
    const crm = pick(variant, [undefined, "L-1", "L-2"]);
    const external_ids: Customer["is"]["external_ids"] = crm ? { crm } : {};
    return {
      input: external_ids,
      call: ({ customers }) => customers.create({ ...person, external_ids }),
      must: { external_id_free: isFree(model, crm) },
      tells: ["new_customer"],
      becomes: ({ id }) => newCustomer(model, id, { external_ids }),
    };
  },
});

/** An upsert that meets an existing customer is an update. */
export const upsertCustomer = command({
  by: salesOrg,
  on: (model) => [model],
  plan(model, { variant }) {
    const crm = pick(variant, ["L-1", "L-2"]);
    const given = pick<{ phone?: string; first_name?: string }>(variant >> 1, [
      {},
      { phone: "+15555550101" },
      { first_name: "Robin" },
    ]);
    const existing = model.customers.find(({ is }) => is.external_ids["crm"] === crm);
    const values = { first_name: person.first_name, ...given };
    return {
      input: { crm, ...given },
      call: ({ customers }) =>
        customers.upsert({ system: "crm", external_id: crm, ...person, ...given }),
      differs: !existing || differs(existing, values),
      tells: [existing ? "update_customer" : "new_customer"],
      becomes({ id }) {
        if (existing) set(existing, values);
        else newCustomer(model, id, { ...values, external_ids: { crm } });
      },
    };
  },
});

export const updateCustomer = command({
  by: salesOrg,
  on: ({ customers }) => customers,
  plan(customer, { model, variant }) {
    const { crm, ...given } = pick<Partial<Customer["is"]> & { crm?: string | null }>(variant, [
      { phone: "+15555550199" },
      { first_name: "Robin" },
      { phone: null },
      { crm: "L-1" },
      { crm: null },
      {},
    ]);
    const external_ids = crm ? { crm } : crm === null ? {} : customer.is.external_ids;
    const values = { ...given, external_ids };
    return {
      input: { crm, ...given },
      call: ({ customers }) =>
        customers.update({
          id: customer.id,
          ...given,
          external_ids: crm === undefined ? {} : { crm },
        }),
      must: { external_id_free: isFree(model, crm, customer) },
      differs: differs(customer, values),
      tells: ["update_customer"],
      becomes: () => set(customer, values),
    };
  },
});

export const createNote = command({
  by: salesOrg,
  on: ({ customers }) => customers,
  plan: (customer, { model }) => ({
    call: ({ notes }) => notes.create({ id: customer.id, body: "Prefers calls" }),
    tells: ["new_note"],
    becomes: ({ id }) => model.notes.push({ id, customer, is: { body: "Prefers calls" } }),
  }),
});

export const updateNote = command({
  by: salesOrg,
  on: ({ notes }) => notes,
  plan(note, { variant }) {
    const values = { body: pick(variant, ["Prefers calls after 5 pm", "Prefers calls"]) };
    return {
      input: values,
      call: ({ notes }) => notes.update({ id: note.id, ...values }),
      differs: differs(note, values),
      tells: ["update_note"],
      becomes: () => set(note, values),
    };
  },
});
