import type { z } from "zod";
import { resourceInfo } from "../contract/resource.ts";
import { Customer } from "../contract/resources/customer.ts";
import { Install } from "../contract/resources/install.ts";
import { Survey } from "../contract/resources/survey.ts";
import type { Db } from "../base/database.ts";
import type { Page } from "./records.ts";

/** Which organization is what to the customer or deal of a record. */
interface FoundParties {
  readonly sales_org: string;
  readonly epc: string | null;
}

/**
 * The parties to a record of the flow. For a customer the installer is `organizationId` if it has a deal with him:
 * installers of other deals are not told.
 * @returns undefined when there is no such record.
 */
export async function findParties(
  db: Db,
  resource: z.ZodObject,
  { id, organizationId }: { id: string; organizationId: string },
): Promise<FoundParties | undefined> {
  const { table } = resourceInfo(resource);
  if (table === "customers") return partiesOfCustomer(db, id, organizationId);
  if (table === "surveys") {
    const [row] = await db<FoundParties[]>`
      select sales_org_id as sales_org, epc_id as epc from surveys where id = ${id}
    `;
    return row;
  }
  if (!("survey_id" in resource.shape)) {
    const [row] = await db<FoundParties[]>`
      select c.sales_org_id as sales_org, null as epc
      from ${db(table)} r join customers c on c.id = r.customer_id where r.id = ${id}
    `;
    return row;
  }
  // What names its installer is his, whoever is chosen on the deal by now.
  const epc = "epc_id" in resource.shape ? db`r.epc_id` : db`s.epc_id`;
  const [row] = await db<FoundParties[]>`
    select c.sales_org_id as sales_org, ${epc} as epc
    from ${db(table)} r
    join customers c on c.id = r.customer_id
    left join surveys s on s.id = r.survey_id
    where r.id = ${id}
  `;
  return row;
}

async function partiesOfCustomer(
  db: Db,
  id: string,
  organizationId: string,
): Promise<FoundParties | undefined> {
  const [row] = await db<FoundParties[]>`
    select sales_org_id as sales_org,
      (select s.epc_id from surveys s where s.customer_id = c.id and s.epc_id = ${organizationId} limit 1) as epc
    from customers c where id = ${id}
  `;
  return row;
}

/** What to look for among customers. */
interface CustomerQuery extends Page {
  /** Part of a name, an e-mail address, a telephone number or a street. */
  readonly q?: string | undefined;
  /** `system:id`, or an id in any system. */
  readonly external_id?: string | undefined;
}

/** A page of the customers that an organization owns or has a deal with, with its parties. */
export async function searchCustomers(
  db: Db,
  organizationId: string,
  { q, external_id, limit, after }: CustomerQuery,
): Promise<{ record: Customer; parties: FoundParties }[]> {
  const wanted = q === undefined ? null : `%${q.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
  const external = external_id === undefined ? null : externalIdPattern(external_id);
  const rows = await db`
    select * from (
      select c.*, (
        select s.epc_id from surveys s where s.customer_id = c.id and s.epc_id = ${organizationId} limit 1
      ) as visible_to_epc
      from customers c
    ) c
    where id > ${after ?? ""} and (sales_org_id = ${organizationId} or visible_to_epc is not null)
      and (${wanted}::text is null
        or concat_ws(' ', first_name, last_name, email, phone, address ->> 'street') ilike ${wanted})
      and (${external}::text is null or jsonb_path_exists(external_ids, ${external ?? "$"}::jsonpath))
    order by id limit ${limit + 1}
  `;
  return rows.map((row) => ({
    record: Customer.parse(row),
    parties: {
      sales_org: String(row["sales_org_id"]),
      epc: row["visible_to_epc"] === null ? null : String(row["visible_to_epc"]),
    },
  }));
}

/** `system:id` looks in that system; an id alone, which may hold colons itself, in all of them. */
function externalIdPattern(externalId: string): string {
  const anywhere = `$.* ? (@ == ${JSON.stringify(externalId)})`;
  const colon = externalId.indexOf(":");
  if (colon < 1) return anywhere;
  const [system, id] = [externalId.slice(0, colon), externalId.slice(colon + 1)];
  return `$ ? (@.${JSON.stringify(system)} == ${JSON.stringify(id)} || exists(@.* ? (@ == ${JSON.stringify(externalId)})))`;
}

/** A page of a customer's deals that an organization is a party to. */
export async function searchSurveys(
  db: Db,
  organizationId: string,
  { customerId, limit, after }: Page & { customerId: string },
): Promise<Survey[]> {
  const rows = await db`
    select * from surveys
    where customer_id = ${customerId} and id > ${after ?? ""}
      and (sales_org_id = ${organizationId} or epc_id = ${organizationId})
    order by id limit ${limit + 1}
  `;
  return rows.map((row) => Survey.parse(row));
}

/** A page of the installs that an organization is a party to. */
export async function searchInstalls(
  db: Db,
  organizationId: string,
  {
    customer_id = null,
    survey_id = null,
    limit,
    after,
  }: Page & { customer_id?: string | null | undefined; survey_id?: string | null | undefined },
): Promise<Install[]> {
  const rows = await db`
    select * from installs
    where id > ${after ?? ""} and (sales_org_id = ${organizationId} or epc_id = ${organizationId})
      and (${customer_id}::text is null or customer_id = ${customer_id})
      and (${survey_id}::text is null or survey_id = ${survey_id})
    order by id limit ${limit + 1}
  `;
  return rows.map((row) => Install.parse(row));
}
