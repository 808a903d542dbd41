import { z } from "zod";
import { id } from "../fields.ts";
import { section } from "../operation.ts";
import { EndpointStatus } from "../resources/delivery.ts";
import { Delivery } from "../resources/explanation.ts";
import { eventCount } from "../resources/replay.ts";

const endpoints = section("endpoints", "endpoints:read", "endpoints:write");
const params = z.object({ id: id("end", "The endpoint.") });
const eventParams = params.extend({ event_id: id("evt", "The event.") });
const deadParams = params.extend({ event_id: id("evt", "The dead event.") });
const all = z.strictObject({
  dry_run: z.boolean().meta({ description: "Count, change nothing.", example: false }).optional(),
});
const matched = eventCount("Dead events of the endpoint.", 12);

/** What an owner does with single events, and with all that are dead. */
export const settlingOperations = {
  getEndpointEvent: endpoints.get({
    path: "/endpoints/{id}/events/{event_id}",
    summary: "Read where an event stands at an endpoint, and why",
    params: eventParams,
    answer: Delivery,
  }),
  resendEndpointEvent: endpoints.command({
    path: "/endpoints/{id}/events/{event_id}/resend",
    summary: "Send an event again",
    description: "Also one that was skipped, or that the filter leaves out by now.",
    params: eventParams,
    answer: Delivery,
    rules: ["event_settled"],
    versioned: false,
  }),
  skipEndpointEvent: endpoints.command({
    path: "/endpoints/{id}/events/{event_id}/skip",
    summary: "Give up an event that others wait behind",
    description:
      "The customer's next event goes at once. An attempt that is under way may still arrive; then the event is delivered.",
    params: eventParams,
    answer: Delivery,
    rules: ["event_heads_wait"],
    versioned: false,
  }),
  resendDeadEvent: endpoints.command({
    path: "/endpoints/{id}/dead/{event_id}/resend",
    summary: "Send a dead event again",
    params: deadParams,
    answer: EndpointStatus,
    rules: ["event_dead"],
    versioned: false,
  }),
  skipDeadEvent: endpoints.command({
    path: "/endpoints/{id}/dead/{event_id}/skip",
    summary: "Give up a dead event for good",
    params: deadParams,
    answer: EndpointStatus,
    rules: ["event_dead"],
    versioned: false,
  }),
  resendAllDeadEvents: endpoints.command({
    path: "/endpoints/{id}/dead/resend",
    summary: "Send all dead events again",
    params,
    body: all,
    bodyKind: "optional_json",
    answer: z.object({ matched, queued: eventCount("Those to be sent again.", 12) }),
    versioned: false,
  }),
  skipAllDeadEvents: endpoints.command({
    path: "/endpoints/{id}/dead/skip",
    summary: "Give up all dead events for good",
    params,
    body: all,
    bodyKind: "optional_json",
    answer: z.object({ matched, skipped: eventCount("Those given up.", 12) }),
    versioned: false,
  }),
};
