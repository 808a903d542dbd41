import type { Command } from "../../command.ts";
import { listOptions, showList } from "../../lib/show.ts";

export const customersList: Command = {
  name: "customers list",
  summary: "List or find customers",
  options: [
    ...listOptions,
    { flags: "--q <text>", about: "part of a name, e-mail address, telephone number or street" },
    { flags: "--external-id <id>", about: "`system:id`, or an id in any system" },
  ],
  answers: "{data: [customer], next}",
  examples: ["customers list --q sample", "customers list --external-id crm:L-20931"],
  async run(context, given) {
    const { customers } = context.client();
    const [q, external_id] = [given.text("q"), given.text("externalId")];
    const filter = {
      ...(q !== undefined && { q }),
      ...(external_id !== undefined && { external_id }),
    };
    await showList(context, given, {
      page: (asked) => customers.list({ ...filter, ...asked }),
      all: () => customers.listAll(filter),
      columns: {
        id: (each) => each.id,
        name: (each) => `${each.first_name} ${each.last_name}`,
        email: (each) => each.email,
        phone: (each) => each.phone,
        place: ({ address }) => `${address.city}, ${address.state}`,
      },
      empty: "No customers. Make one: heliograph trigger new_customer",
    });
  },
};
