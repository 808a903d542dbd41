import { eventDefinition, type EventType } from "../contract/catalogue.ts";
import type { Changes } from "../contract/event.ts";
import { installEvents } from "../contract/events/installs.ts";
import type { Party } from "../contract/meta.ts";
import { hasOnlyNamed, shapeOf } from "../contract/projectedText.ts";
import { OrganizationSummary, type Organization } from "../contract/resources/organization.ts";
import { newId } from "../base/id.ts";
import type { RecordedEvent } from "../store/appendEvents.ts";
import type { CustomerGraph, DealGraph } from "../store/deals.ts";
import type { Context } from "./context.ts";
import { withContractInForce } from "./contractTerms.ts";
import { partiesOf, type Parties } from "./parties.ts";

/** What a command tells. */
interface Told {
  readonly type: EventType;
  readonly graph: CustomerGraph | DealGraph;
  /** What its data hold beyond the customer or the deal. */
  readonly subject: object;
  readonly changes: Changes | null;
}

/** The command that tells it, and when. */
interface Telling {
  readonly context: Context;
  /** RFC 3339. */
  readonly now: string;
  readonly commandName: string;
}

/** An event with its snapshot, ready to be appended. */
export function eventOf(
  { type, graph, subject, changes }: Told,
  { context, now, commandName }: Telling,
): RecordedEvent {
  const { audience, schemaVersion, data: schema } = eventDefinition(type);
  const data = { ...subject, ...snapshot(type, graph) };
  return {
    id: newId("evt"),
    type,
    schemaVersion,
    occurredAt: now,
    customerId: graph.customer.id,
    actor: context.caller.actor,
    cause: { command: commandName, request_id: context.requestId },
    data: JSON.stringify(data),
    dataShape: hasOnlyNamed(schema, data) ? shapeOf(schema) : null,
    changes: changes && JSON.stringify(changes),
    parties: audienceOf(partiesOf(graph), audience),
  };
}

const summary = (organization: Organization) => OrganizationSummary.parse(organization);

function snapshot(type: EventType, graph: CustomerGraph | DealGraph) {
  const sales_org = summary(graph.sales_org);
  if (!("survey" in graph)) return { ...graph, sales_org };
  const isOnInstall = Object.hasOwn(installEvents, type);
  const { contract: _, ...deal } = isOnInstall ? withContractInForce(graph) : graph;
  return { ...deal, sales_org, epc: graph.epc && summary(graph.epc) };
}

/** Who gets an event, and as what: a company in both roles gets it once. */
function audienceOf(parties: Parties, audience: readonly Party[]): Map<string, Party[]> {
  const concerned = new Map<string, Party[]>();
  for (const role of audience) {
    const organizationId = parties[role];
    if (!organizationId || concerned.has(organizationId)) continue;
    // The roles in which it may look at the event are all it has, not only those of the audience.
    const roles = (["sales_org", "epc"] as const).filter((own) => parties[own] === organizationId);
    concerned.set(organizationId, [role, ...roles.filter((own) => own !== role)]);
  }
  return concerned;
}
