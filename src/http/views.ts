import { invalid } from "../contract/errors.ts";
import type { OperationInput } from "../contract/operations.ts";
import { deliveryRange, someAtMost } from "../contract/operations/views.ts";
import { AppointmentView, MilestoneView, SurveyView } from "../contract/resources/view.ts";
import type { Context } from "../flow/context.ts";
import { requireEndpoint } from "../flow/endpointWork.ts";
import { rolesOf, seen } from "../flow/parties.ts";
import { organizationOf, page } from "../flow/reads.ts";
import { listDeliveries } from "../store/deliveries.ts";
import { feedHead } from "../store/feed.ts";
import * as views from "../store/views.ts";

/** Lists across customers, each row as the caller's role may see it. */

export async function searchSurveys(context: Context, { query }: OperationInput<"searchSurveys">) {
  const found = await views.searchAllSurveys(context.sql, organizationOf(context), query);
  return page(found, query, (survey) =>
    seen(
      SurveyView,
      survey,
      rolesOf(context.caller, { sales_org: survey.sales_org_id, epc: survey.epc_id }),
    ),
  );
}

export async function searchAppointments(
  context: Context,
  { query }: OperationInput<"searchAppointments">,
) {
  const found = await views.searchAppointments(context.sql, organizationOf(context), {
    ...query,
    limit: someAtMost,
  });
  return some(found, (appointment) => seen(AppointmentView, appointment, ["sales_org"]));
}

export async function searchMilestones(
  context: Context,
  { query }: OperationInput<"searchMilestones">,
) {
  const found = await views.searchMilestones(context.sql, organizationOf(context), {
    ...query,
    limit: someAtMost,
  });
  return some(found, (milestone) => seen(MilestoneView, milestone, context.caller.roles));
}

export async function countEvents(context: Context, { query }: OperationInput<"countEvents">) {
  const organizationId = organizationOf(context);
  return {
    data: await views.countEvents(context.sql, { organizationId, since: query.since }),
    head: await feedHead(context.sql, organizationId),
  };
}

export async function getDeliveries(context: Context, { query }: OperationInput<"getDeliveries">) {
  const { from, to = Number.MAX_SAFE_INTEGER, customer_id } = query;
  if (to < from) throw invalid("to", `Must be ${from} or more, is ${to}`);
  return listDeliveries(context.sql, {
    organizationId: organizationOf(context),
    from,
    to,
    customerId: customer_id ?? null,
    limit: deliveryRange,
  });
}

export async function getEndpointHistory(
  context: Context,
  { params, query }: OperationInput<"getEndpointHistory">,
) {
  const { id: endpointId } = await requireEndpoint(context, params.id);
  return { data: await views.endpointHistory(context.sql, { endpointId, ...query }) };
}

function some<T>(found: readonly T[], show: (record: T) => T) {
  return { data: found.slice(0, someAtMost).map(show), more: found.length > someAtMost };
}
