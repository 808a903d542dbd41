import { eventDefinition, eventExample, eventTypes, type EventType } from "./catalogue.ts";
import { createComponents, type Components } from "./components.ts";
import { deliveryHeaders } from "./headers.ts";
import { inboundAbout, inboundExample } from "./inbound.ts";
import { inboundType } from "./inboundType.ts";
import { exampleOf, Party } from "./meta.ts";
import { info, type DocumentOptions } from "./openapi.ts";

/** The deliveries as AsyncAPI 3.0, from the receiver's side: one channel, one message per event, one operation per party. */
export function asyncapiDocument({ version, serverUrl }: DocumentOptions): Record<string, unknown> {
  const components = createComponents();
  const headers = components.refer(deliveryHeaders);
  const messages = {
    ...Object.fromEntries(eventTypes.map((type) => [type, message(type, components)])),
    [inboundType]: inboundMessage(components),
  };
  const { summary: _, license, ...about } = info(version);
  return {
    asyncapi: "3.0.0",
    info: {
      ...about,
      license: { name: license.name, url: "https://www.apache.org/licenses/LICENSE-2.0" },
      externalDocs: { description: "The API", url: `${serverUrl}/v1/openapi.json` },
    },
    defaultContentType: "application/json",
    servers: {
      receiver: {
        host: "{host}",
        protocol: "https",
        description: "Your own server, where an endpoint's URL points.",
        variables: { host: { description: "Host of the URL.", default: "example.com" } },
      },
    },
    channels: {
      deliveries: {
        address: null,
        title: "Deliveries to an endpoint",
        description:
          "A POST to the endpoint's URL per event. 2xx within 15 seconds takes it; redirects are not followed.",
        messages: Object.fromEntries(
          [...eventTypes, inboundType].map((type) => [
            type,
            { $ref: `#/components/messages/${type}` },
          ]),
        ),
      },
    },
    operations: {
      ...Object.fromEntries(
        Party.options.map((role) => [`${role}_receives`, receiveOperation(role)]),
      ),
      inbound_receives: {
        ...received,
        title: "What an endpoint receives that names `inbound`",
        summary: "What other systems sent to the inlets of its organization.",
        messages: [{ $ref: `#/channels/deliveries/messages/${inboundType}` }],
      },
    },
    components: { messages, schemas: { DeliveryHeaders: headers, ...components.schemas } },
  };
}

const received = {
  action: "receive",
  channel: { $ref: "#/channels/deliveries" },
  bindings: { http: { method: "POST", bindingVersion: "0.3.0" } },
};

function receiveOperation(role: Party) {
  const types = eventTypes.filter((type) => eventDefinition(type).audience.includes(role));
  return {
    ...received,
    title: `What ${role} receives`,
    summary: `The ${types.length} events that an organization gets as ${role}.`,
    messages: types.map((type) => ({
      $ref: `#/channels/deliveries/messages/${type}`,
    })),
  };
}

function message(type: EventType, components: Components) {
  const { label, trigger, audience } = eventDefinition(type);
  return {
    name: type,
    title: label,
    summary: trigger,
    contentType: "application/json",
    tags: audience.map((name) => ({ name })),
    headers: { $ref: "#/components/schemas/DeliveryHeaders" },
    payload: components.referEvent(type),
    examples: audience.map((role) => ({
      name: role,
      summary: `As ${role} gets it`,
      headers: exampleOf(deliveryHeaders),
      payload: eventExample(type, role),
    })),
  };
}

function inboundMessage(components: Components) {
  const { label, trigger } = inboundAbout;
  return {
    name: inboundType,
    title: label,
    summary: trigger,
    contentType: "application/json",
    tags: Party.options.map((name) => ({ name })),
    headers: { $ref: "#/components/schemas/DeliveryHeaders" },
    payload: components.referEvent(inboundType),
    examples: [
      {
        name: inboundType,
        summary: label,
        headers: exampleOf(deliveryHeaders),
        payload: inboundExample(),
      },
    ],
  };
}
