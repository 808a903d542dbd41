import { useNavigate } from "@tanstack/react-router";
import type { Customer } from "../../../src/contract/resources/customer.ts";
import { api } from "../api.ts";
import { ownZone } from "../appointments/week.ts";
import { CommandButton } from "../forms/CommandForm.tsx";
import { given } from "../forms/given.ts";
import { choicesOf, useNames } from "../parties.ts";
import { useWhyNot } from "../rights.ts";

/** Makes a customer and goes there. */
export function AddCustomer() {
  const navigate = useNavigate();
  const { users } = useNames();
  const because = useWhyNot("createCustomer");
  return (
    <CommandButton
      name="createCustomer"
      title="Add a customer"
      verb="Add the customer"
      label="Add a customer"
      look="strong"
      because={because}
      start={{ time_zone: ownZone() }}
      names={choicesOf({ rep_id: users, setter_id: users })}
      run={(body) => api.customers.create(given(body))}
      onDone={(made) =>
        void navigate({ to: "/customers/$id", params: { id: (made as Customer).id } })
      }
    />
  );
}
