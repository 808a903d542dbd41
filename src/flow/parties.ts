import type { z } from "zod";
import type { Party } from "../contract/meta.ts";
import { project } from "../contract/projection.ts";
import type { CustomerGraph, DealGraph } from "../store/deals.ts";
import type { Caller } from "./context.ts";

/** Which organization is what to a customer or deal. */
export interface Parties {
  readonly sales_org: string;
  readonly epc: string | null;
}

export const partiesOf = (graph: CustomerGraph | DealGraph): Parties => ({
  sales_org: graph.customer.sales_org_id,
  epc: "survey" in graph ? graph.survey.epc_id : null,
});

/** As what the caller is party to it; none means that it does not exist for him. */
export const rolesOf = ({ organizationId }: Caller, parties: Parties): Party[] =>
  (["sales_org", "epc"] as const).filter(
    (role) => organizationId !== null && parties[role] === organizationId,
  );

/** What somebody in these roles may see of a record. */
export const seen = <S extends z.ZodType>(
  schema: S,
  record: z.infer<S>,
  roles: readonly Party[],
): z.infer<S> => project(schema, record, roles);
