import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import type { Customer } from "../../../src/contract/resources/customer.ts";
import { AddCustomer } from "../customers/AddCustomer.tsx";
import { customersQuery, fullName } from "../customers/read.ts";
import { useNames, useRights } from "../parties.ts";
import { Button } from "../ui/Button.tsx";
import { MoreButton } from "../ui/MoreButton.tsx";
import { LinkButton } from "../ui/LinkButton.tsx";
import { Empty, Failure, Skeleton } from "../ui/Note.tsx";
import { Page } from "../ui/Page.tsx";
import { Panel } from "../ui/Panel.tsx";
import { SearchBox } from "../ui/SearchBox.tsx";
import { Time } from "../ui/Time.tsx";
import { Words } from "../ui/Words.tsx";

/** Everybody the organization knows, in the order in which they came. */
export function Customers() {
  const { q } = useSearch({ from: "/signed-in/customers" });
  const navigate = useNavigate({ from: "/customers" });
  const { isSalesOrg } = useRights();
  const read = useInfiniteQuery({ ...customersQuery(q), placeholderData: (before) => before });
  const find = (words: string | undefined) =>
    void navigate({ search: words === undefined ? {} : { q: words }, replace: true });
  const customers = read.data?.pages.flatMap(({ data }) => data) ?? [];
  return (
    <Page
      title="Customers"
      summary={isSalesOrg ? undefined : "Those whose deals you install."}
      actions={
        isSalesOrg && (
          <>
            <LinkButton to="/imports">Imports</LinkButton>
            <AddCustomer />
          </>
        )
      }
    >
      <div className="grid grid-cols-[minmax(0,1fr)] gap-3 px-4 sm:px-7">
        <SearchBox
          label="Find a customer by name, e-mail, telephone or street"
          placeholder="Name, e-mail, phone, street"
          value={q}
          onChange={find}
        />
        {read.isPending && <Skeleton rows={8} />}
        {read.isError && <Failure error={read.error} retry={() => void read.refetch()} />}
        {read.data && customers.length > 0 && (
          <Panel>
            <Rows customers={customers} />
          </Panel>
        )}
        {read.data && customers.length === 0 && <Nothing q={q} find={find} />}
        {read.hasNextPage && (
          <MoreButton of={read} className="justify-self-start">
            Show more
          </MoreButton>
        )}
      </div>
    </Page>
  );
}

function Rows({ customers }: { readonly customers: readonly Customer[] }) {
  const { user } = useNames();
  const head = "h-9 px-3 text-12 font-[450] text-ink-2";
  return (
    <table className="w-full table-fixed text-left">
      <thead className="border-b border-line">
        <tr>
          <th scope="col" className={`${head} pl-5`}>
            Customer
          </th>
          <th scope="col" className={`${head} hidden sm:table-cell`}>
            Address
          </th>
          <th scope="col" className={`${head} hidden w-36 md:table-cell`}>
            Telephone
          </th>
          <th scope="col" className={`${head} hidden lg:table-cell`}>
            E-mail
          </th>
          <th scope="col" className={`${head} hidden w-40 xl:table-cell`}>
            Representative
          </th>
          <th scope="col" className={`${head} w-32 text-right sm:pr-5`}>
            Added
          </th>
        </tr>
      </thead>
      <tbody>
        {customers.map((customer) => (
          <tr key={customer.id} className="border-b border-line last:border-b-0 hover:bg-sunken">
            <td className="py-1 pr-3 pl-5">
              <Link
                to="/customers/$id"
                params={{ id: customer.id }}
                dir="auto"
                title={fullName(customer)}
                className="block truncate py-1.5 text-left font-[600] hover:underline pointer-coarse:py-3"
              >
                {fullName(customer)}
              </Link>
              <span className="-mt-1 block truncate pb-1 text-12 text-ink-2 sm:hidden">
                <Words of={[customer.address.city, customer.address.state]} />
              </span>
            </td>
            <td
              className="hidden truncate px-3 text-ink-2 sm:table-cell"
              title={customer.address.street}
            >
              <Words
                of={[customer.address.street, customer.address.city, customer.address.state]}
              />
            </td>
            <td className="hidden truncate px-3 text-ink-2 md:table-cell">
              {customer.phone ?? "–"}
            </td>
            <td
              className="hidden truncate px-3 text-ink-2 lg:table-cell"
              title={customer.email ?? ""}
            >
              {customer.email ?? "–"}
            </td>
            <td className="hidden truncate px-3 text-left text-ink-2 xl:table-cell" dir="auto">
              {user.get(customer.rep_id ?? "") ?? "–"}
            </td>
            <td className="px-3 text-right whitespace-nowrap text-ink-2 sm:pr-5">
              <Time at={customer.created_at} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

interface NothingProps {
  readonly q: string | undefined;
  readonly find: (words: string | undefined) => void;
}

function Nothing({ q, find }: NothingProps) {
  const { isSalesOrg } = useRights();
  if (q !== undefined) {
    return (
      <Empty
        title={`No customer fits “${q}”.`}
        action={<Button onClick={() => find(undefined)}>Show all customers</Button>}
      />
    );
  }
  return isSalesOrg ? (
    <Empty
      title="No customers yet. All that follows begins with one."
      action={<AddCustomer />}
      command="npx heliograph trigger new_customer"
    />
  ) : (
    <Empty title="No customers yet. They come with the first deal that names you as its installer." />
  );
}
