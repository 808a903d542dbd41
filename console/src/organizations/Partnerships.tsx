import { useQuery } from "@tanstack/react-query";
import type { OperationAnswer } from "../../../src/contract/operations.ts";
import type { CallInput } from "../../../src/sdk/client.ts";
import { api } from "../api.ts";
import { CommandButton } from "../forms/CommandForm.tsx";
import { Failure, Skeleton } from "../ui/Note.tsx";
import { Panel } from "../ui/Panel.tsx";
import { Time } from "../ui/Time.tsx";
import { partnershipsQuery } from "./read.ts";

type Listed = OperationAnswer<"listOrganizations">["data"][number];

/** Who may sell for whom. */
export function Partnerships({ organizations }: { readonly organizations: readonly Listed[] }) {
  const partnerships = useQuery(partnershipsQuery);
  const withRole = (role: "sales_org" | "epc") =>
    organizations
      .filter(({ roles }) => roles.includes(role))
      .map(({ id, name }) => [id, name] as const);
  const sellers = withRole("sales_org");
  const installers = withRole("epc");
  const nameOf = (id: string) => organizations.find((each) => each.id === id)?.name ?? id;
  return (
    <Panel
      title="Partnerships"
      aside={
        <CommandButton
          name="createPartnership"
          title="Let a sales organization sell for an installer"
          verb="Make the partnership"
          label="Make a partnership"
          small
          because={
            sellers.length === 0 || installers.length === 0
              ? "It takes a sales organization and an installer"
              : undefined
          }
          names={{ sales_org_id: sellers, epc_id: installers }}
          run={(body) => api.partnerships.create(body as CallInput<"createPartnership">)}
        />
      }
    >
      {partnerships.isPending && <Skeleton rows={2} />}
      {partnerships.isError && (
        <div className="p-5">
          <Failure error={partnerships.error} retry={() => void partnerships.refetch()} />
        </div>
      )}
      {partnerships.data?.length === 0 && (
        <p className="px-5 py-6 text-ink-2">
          No partnership yet: no installer can be chosen on a deal.
        </p>
      )}
      <ul>
        {partnerships.data?.map(({ id, sales_org_id, epc_id, created_at }) => (
          <li
            key={id}
            className="flex flex-wrap items-baseline gap-x-2 border-b border-line px-5 py-2.5 last:border-0"
          >
            <span className="max-w-full truncate font-[560]" dir="auto">
              {nameOf(sales_org_id)}
            </span>
            <span className="text-ink-2">sells for</span>
            <span className="max-w-full truncate font-[560]" dir="auto">
              {nameOf(epc_id)}
            </span>
            <span className="ml-auto text-12 text-ink-3">
              <Time at={created_at} />
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
