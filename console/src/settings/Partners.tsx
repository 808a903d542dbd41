import { useQuery } from "@tanstack/react-query";
import { organizationsQuery, partnershipsQuery, roleWords } from "../organizations/read.ts";
import { Failure, Skeleton } from "../ui/Note.tsx";
import { Panel } from "../ui/Panel.tsx";
import { Time } from "../ui/Time.tsx";

/** With whom the organization works. The operator makes partnerships; here they are read. */
export function Partners({ organizationId }: { readonly organizationId: string }) {
  const partnerships = useQuery(partnershipsQuery);
  const organizations = useQuery(organizationsQuery);
  const named = (id: string) => organizations.data?.find((each) => each.id === id);
  const failed = [partnerships, organizations].find(({ isError }) => isError);
  return (
    <Panel title="Partners">
      {partnerships.isPending && <Skeleton rows={2} />}
      {failed && (
        <div className="p-5">
          <Failure error={failed.error} retry={() => void failed.refetch()} />
        </div>
      )}
      {partnerships.data?.length === 0 && (
        <p className="px-5 py-6 text-ink-2">
          No partner yet. The operator of this installation makes partnerships.
        </p>
      )}
      <ul>
        {partnerships.data?.map(({ id, sales_org_id, epc_id, created_at }) => {
          const isSeller = sales_org_id === organizationId;
          const partner = named(isSeller ? epc_id : sales_org_id);
          return (
            <li
              key={id}
              className="grid gap-x-4 border-b border-line px-5 py-2.5 last:border-0 sm:grid-cols-[1fr_1fr_auto]"
            >
              <span className="min-w-0 truncate text-left font-[560]" dir="auto">
                {partner?.name ?? "–"}
              </span>
              <span className="min-w-0 truncate text-ink-2">
                {isSeller
                  ? `${roleWords.epc}: builds what is sold here`
                  : `${roleWords.sales_org}: sells what is built here`}
              </span>
              <span className="text-ink-3">
                <Time at={created_at} />
              </span>
              {partner && (partner.email ?? partner.phone) !== null && (
                <span className="min-w-0 truncate text-12 text-ink-3 sm:col-span-3">
                  {[partner.email, partner.phone].filter((way) => way !== null).join(", ")}
                </span>
              )}
            </li>
          );
        })}
      </ul>
    </Panel>
  );
}
