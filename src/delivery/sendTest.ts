import { nowMs, nowText } from "../base/clock.ts";
import type { Sql } from "../base/database.ts";
import { newId } from "../base/id.ts";
import type { Seal } from "../base/seal.ts";
import { eventDefinition, eventExample, type EventType } from "../contract/catalogue.ts";
import type { Actor, Cause } from "../contract/event.ts";
import type { FeedEntry } from "../contract/formats/entry.ts";
import type { Party } from "../contract/meta.ts";
import type { Attempt, Endpoint } from "../contract/resources/delivery.ts";
import { insertAttempts } from "../store/attempts.ts";
import { loadServed } from "../store/endpoints.ts";
import { findRecord } from "../store/records.ts";
import { Organization } from "../contract/resources/organization.ts";
import { makeAttempt } from "./attempt.ts";
import { liveSecrets, openSecrets } from "./secrets.ts";
import type { Sender } from "./send.ts";
import { createBodies } from "./bodies.ts";
import { createSigner } from "./sign.ts";

/**
 * Makes what sends the worked example of an event to an endpoint, once, signed as any delivery, and writes the attempt
 * to the log. Its event id is new and its sequence 0, so that no receiver takes it for a fact.
 */
export function sendTest(means: {
  readonly sql: Sql;
  readonly seal: Seal;
  readonly sender: Sender;
  readonly version: string;
}): (endpoint: Pick<Endpoint, "id">, type: EventType) => Promise<Attempt> {
  const { sql, seal, sender, version } = means;
  const own = { sign: createSigner(), bodies: createBodies(0), clock: nowMs, wireClock: Date.now };
  const attempting = { sender, version, ...own };
  return async ({ id }, type) => {
    const endpoint = await loadServed(sql, id);
    if (!endpoint) throw new Error(`Endpoint ${id} is gone`);
    const organization = await findRecord(sql, Organization, endpoint.organization_id);
    const secrets = openSecrets(seal, endpoint);
    const delivery = {
      url: endpoint.url,
      format: endpoint.format,
      entry: exampleEntry(type, endpoint.organization_id, organization?.roles ?? []),
      attempt: 1,
      previous: null,
      isReplay: false,
      secrets: liveSecrets(secrets, nowMs()),
      credentials: secrets.credentials,
    };
    const purpose = { endpointId: id, customerId: null, kind: "test" } as const;
    const made = await makeAttempt(attempting, delivery, purpose);
    if (!made) throw new Error("The test was broken off because the service stops");
    await insertAttempts(sql, [made.row]);
    return made.row;
  };
}

/** The worked example as an entry of the organization's feed, seen in a role that it has if the event allows. */
function exampleEntry(
  type: EventType,
  organizationId: string,
  organizationRoles: readonly Party[],
): FeedEntry {
  const { audience, schemaVersion } = eventDefinition(type);
  const role = organizationRoles.find((own) => audience.includes(own)) ?? audience[0];
  if (!role) throw new Error(`The event ${type} is for nobody`);
  const example = eventExample(type, role);
  return {
    event_id: newId("evt"),
    type,
    timestamp: nowText(),
    schema_version: schemaVersion,
    sequence: 0,
    customer_sequence: 0,
    organization_id: organizationId,
    roles: [role],
    // The example was composed of the contract's own fields.
    actor: example["actor"] as Actor,
    cause: example["cause"] as Cause,
    data: JSON.stringify(example["data"]),
    changes: example["changes"] === undefined ? null : JSON.stringify(example["changes"]),
  };
}
