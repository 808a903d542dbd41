import type { Command } from "../../command.ts";
import { showRecord } from "../../lib/show.ts";

export const customersGet: Command = {
  name: "customers get",
  summary: "Show a customer",
  arguments: [{ name: "customer", about: "the id" }],
  answers: "the customer",
  examples: ["customers get cus_…"],
  async run(context, given) {
    showRecord(context, await context.client().customers.get({ id: given.word(0) }));
  },
};
