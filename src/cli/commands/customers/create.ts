import type { CallInput } from "../../../sdk/client.ts";
import type { Command } from "../../command.ts";
import { bodyOf, bodyOptions } from "../../lib/input.ts";
import { showRecord } from "../../lib/show.ts";

export const customersCreate: Command = {
  name: "customers create",
  summary: "Make a customer",
  description: "Fields are those of POST /customers in the reference.",
  options: bodyOptions,
  answers: "the customer",
  examples: [
    'customers create --set first_name=Avery --set last_name=Sample --set \'address={"street":"100 Example Way","city":"Sampleton","state":"TX","zip":"75001"}\'',
    "customers create --file customer.json --set external_ids.crm=L-20931",
  ],
  async run(context, given) {
    const body = (await bodyOf(context, given)) as CallInput<"createCustomer">;
    showRecord(context, await context.client().customers.create(body));
  },
};
