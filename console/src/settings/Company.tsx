import { useQuery } from "@tanstack/react-query";
import { api, queries } from "../api.ts";
import { CommandButton } from "../forms/CommandForm.tsx";
import { organizationQuery, roleWords } from "../organizations/read.ts";
import { sessionQuery } from "../session.ts";
import { Id } from "../ui/Copy.tsx";
import { Failure, Skeleton } from "../ui/Note.tsx";
import { Facts, Panel } from "../ui/Panel.tsx";

interface CompanyProps {
  readonly organizationId: string;
  readonly because: string | undefined;
}

/** Who the organization is, as its partners and receivers see it. */
export function Company({ organizationId, because }: CompanyProps) {
  const organization = useQuery(organizationQuery(organizationId));
  const { data } = organization;
  return (
    <Panel
      title="Company"
      aside={
        data && (
          <CommandButton
            name="updateOrganization"
            title="Change the company"
            verb="Save"
            label="Change"
            small
            because={because}
            only={["name", "email", "phone"]}
            before={data}
            run={(body) =>
              api.organizations.update({ id: data.id, ...body }, { ifMatch: data.version })
            }
            // The rail names the company by the session.
            onDone={() => void queries.invalidateQueries({ queryKey: sessionQuery.queryKey })}
          />
        )
      }
    >
      {organization.isPending && <Skeleton rows={4} />}
      {organization.isError && (
        <div className="p-5">
          <Failure error={organization.error} retry={() => void organization.refetch()} />
        </div>
      )}
      {data && (
        <div className="max-w-[560px]">
          <Facts
            facts={[
              ["Name", <span dir="auto">{data.name}</span>],
              ["Does", data.roles.map((role) => roleWords[role]).join(" and ")],
              ["E-mail", data.email],
              ["Phone", data.phone],
              ["Id", <Id id={data.id} />],
            ]}
          />
        </div>
      )}
    </Panel>
  );
}
