import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import type { Customer as CustomerRecord } from "../../../src/contract/resources/customer.ts";
import { api } from "../api.ts";
import { Deals, NewDeal } from "../customers/Deals.tsx";
import { About, Contact } from "../customers/Header.tsx";
import { LastEvents } from "../customers/LastEvents.tsx";
import { Meetings, NewAppointment } from "../customers/Meetings.tsx";
import { NewNote, Notes } from "../customers/Notes.tsx";
import { customerQuery, fullName } from "../customers/read.ts";
import { Twins } from "../customers/Twins.tsx";
import { CommandButton } from "../forms/CommandForm.tsx";
import { given } from "../forms/given.ts";
import { Links } from "../links/Links.tsx";
import { choicesOf, useNames, useRights } from "../parties.ts";
import { useWhyNot } from "../rights.ts";
import { Failure, Skeleton } from "../ui/Note.tsx";
import { Notice, useNotice } from "../ui/Notice.tsx";
import { Page } from "../ui/Page.tsx";

/** One customer: who they are, their deals, when somebody meets them, and what was told of them. */
export function Customer() {
  const { id } = useParams({ from: "/signed-in/customers/$id" });
  const read = useQuery(customerQuery(id));
  if (read.isPending) {
    return (
      <Page title="Customer">
        <Skeleton rows={10} />
      </Page>
    );
  }
  if (read.isError) {
    return (
      <Page title="Customer">
        <div className="px-4 sm:px-7">
          <Failure error={read.error} retry={() => void read.refetch()} />
        </div>
      </Page>
    );
  }
  return <Known key={id} customer={read.data} />;
}

function Known({ customer }: { readonly customer: CustomerRecord }) {
  const { isSalesOrg, mayReadEvents, organizationId } = useRights();
  const { notice, tell, clear } = useNotice();
  // A company that is both may install for a customer of another one; then it sells nothing to them.
  const isOurs = isSalesOrg && customer.sales_org_id === organizationId;
  return (
    <Page
      title={fullName(customer)}
      summary={<Contact customer={customer} />}
      actions={
        isOurs && (
          <>
            <ChangeCustomer customer={customer} />
            <NewNote customer={customer} />
            <NewAppointment customer={customer} />
            <NewDeal customer={customer} />
          </>
        )
      }
    >
      <div className="grid grid-cols-[minmax(0,1fr)] gap-4 px-4 sm:px-7">
        <Twins customer={customer} />
        <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-4 lg:grid-cols-[minmax(0,1fr)_minmax(0,380px)]">
          <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
            <Deals customer={customer} isOurs={isOurs} />
            {isOurs && <Meetings customer={customer} tell={tell} />}
            {isOurs && <Notes customer={customer} />}
          </div>
          <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
            <About customer={customer} />
            <Links customerId={customer.id} />
            {mayReadEvents && <LastEvents customer={customer} />}
          </div>
        </div>
      </div>
      <Notice notice={notice} onClose={clear} />
    </Page>
  );
}

function ChangeCustomer({ customer }: { readonly customer: CustomerRecord }) {
  const { users } = useNames();
  const because = useWhyNot("updateCustomer");
  const { id, version } = customer;
  return (
    <CommandButton
      name="updateCustomer"
      title="Change the customer"
      verb="Save the changes"
      label="Change"
      because={because}
      before={customer}
      names={choicesOf({ rep_id: users, setter_id: users })}
      run={(body) => api.customers.update(given({ id, ...body }), { ifMatch: version })}
    />
  );
}
