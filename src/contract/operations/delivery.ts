import { z } from "zod";
import { eventExample, eventTypes, isEventType } from "../catalogue.ts";
import { isFeedType } from "../inbound.ts";
import { inboundType } from "../inboundType.ts";
import { id, instant, orderKey, sequence } from "../fields.ts";
import { pageOf, pageQuery, queryNumber, section } from "../operation.ts";
import { input, patch } from "../resource.ts";
import { Attempt, Endpoint, EndpointStatus, Format, OnFailure } from "../resources/delivery.ts";
import { Delivery } from "../resources/explanation.ts";
import { eventCount, Replay, ReplayState } from "../resources/replay.ts";
import { ResumeFrom, ResumePlan } from "../resources/resume.ts";
import { sendingInput, sendingPatch, Signing } from "../resources/sending.ts";

const endpoints = section("endpoints", "endpoints:read", "endpoints:write");
const feed = section("events", "events:read", "events:read");
const params = z.object({ id: id("end", "The endpoint.") });

const EventName = z
  .string()
  .refine(isEventType, { error: "Must be the name of an event; GET /catalogue lists them" })
  .meta({ description: "Name of an event.", example: "new_install" });
const FeedTypeName = z
  .string()
  .refine(isFeedType, {
    error: "Must be the name of an event, which GET /catalogue lists, or `inbound`",
  })
  .meta({ description: "Name of an event, or `inbound`.", example: "new_install" });
const eventNames = z
  .array(FeedTypeName)
  .min(1)
  .max(eventTypes.length + [inboundType].length)
  .meta({
    description: "Names of events, or `inbound`.",
    example: ["new_install", "update_install"],
  });
const position = sequence({ description: "A position in the feed.", example: 1284 });

const endpointFields = ["description", "max_concurrency", "rate_limit_per_second"] as const;

/** The secret of an endpoint, shown once. */
const secret = z.string().nullable().meta({
  description:
    "Standard Webhooks secret, shown this once; null with ed25519, where `public_key` is all that a receiver needs.",
  example: "whsec_ZXhhbXBsZQ==",
});

/** One entry of an organization's feed, as the pull API gives it: the body that a delivery carries. */
const FeedEvent = z
  .looseObject({
    id: id("evt", "Id of the event."),
    type: FeedTypeName,
    sequence: sequence({ description: "Position in the feed.", example: 1284 }),
  })
  .meta({
    id: "FeedEvent",
    description:
      "The event as a delivery in our own format carries it; see the catalogue for its data.",
    example: eventExample("new_note", "sales_org"),
  });

export const deliveryOperations = {
  createEndpoint: endpoints.create({
    path: "/endpoints",
    summary: "Make an endpoint",
    description:
      "Shows its secret once. `start`: `now` (default) gets what happens from here on, `beginning` all of the feed that is kept, a position what comes after it.",
    body: input(Endpoint, ["url"], endpointFields).extend({
      events: eventNames.nullable().optional(),
      format: Format.optional(),
      on_failure: OnFailure.optional(),
      ...sendingInput,
      start: z
        .union([z.enum(["now", "beginning"]), position], {
          error: "Must be `now`, `beginning` or a position of the feed",
        })
        .meta({ description: "Where the endpoint starts to read.", example: "now" })
        .optional(),
    }),
    answer: Endpoint.extend({ secret }),
    rules: ["url_reachable", "history_kept"],
  }),
  listEndpoints: endpoints.get({
    path: "/endpoints",
    summary: "List endpoints",
    query: pageQuery,
    answer: pageOf(Endpoint),
  }),
  getEndpoint: endpoints.get({
    path: "/endpoints/{id}",
    summary: "Read an endpoint",
    params,
    answer: Endpoint,
  }),
  updateEndpoint: endpoints.patch({
    path: "/endpoints/{id}",
    summary: "Change an endpoint",
    description:
      "A changed filter holds for what the endpoint has not read yet, skips what waits behind a failure and is left out now, and starts a new chain of `heliograph-previous`. With another URL a receiver that was down is tried at once; with `on_failure` `skip` so is whatever holds others up.",
    params,
    body: patch(Endpoint, ["url", ...endpointFields]).extend({
      events: eventNames.nullable().optional(),
      format: Format.optional(),
      on_failure: OnFailure.optional(),
      ...sendingPatch,
    }),
    answer: Endpoint,
    rules: ["url_reachable"],
  }),
  deleteEndpoint: endpoints.remove({
    path: "/endpoints/{id}",
    summary: "Remove an endpoint",
    params,
  }),
  pauseEndpoint: endpoints.command({
    path: "/endpoints/{id}/pause",
    summary: "Pause an endpoint",
    description: "Nothing is lost: its cursor stands still.",
    params,
    answer: Endpoint,
  }),
  resumeEndpoint: endpoints.command({
    path: "/endpoints/{id}/resume",
    summary: "Resume an endpoint",
    description:
      "Also ends a back-off at once and enables an endpoint that answered 410. Without `from` all that waits is sent. After a position or since an instant: what comes there is sent, also what was sent before. What waits before it is skipped where the cursor jumps over it; what waits behind a failure goes on waiting and is delivered. `latest`: of each customer that waits only the newest event, which holds its latest state; those before it are skipped. `dry_run` changes nothing and adds the counts.",
    params,
    body: z.strictObject({
      from: ResumeFrom.optional(),
      dry_run: z
        .boolean()
        .meta({ description: "Count, change nothing.", example: false })
        .optional(),
    }),
    bodyKind: "optional_json",
    answer: Endpoint.extend(ResumePlan.partial().shape),
    rules: ["history_kept"],
  }),
  rotateEndpointSecret: endpoints.command({
    path: "/endpoints/{id}/rotate-secret",
    summary: "Give an endpoint a new secret",
    description:
      "For `overlap_hours` (default 24) deliveries carry a signature by each secret. `signing` changes how they are signed from here on.",
    params,
    body: z.strictObject({
      signing: Signing.optional(),
      overlap_hours: z
        .number()
        .min(0)
        .max(168)
        .meta({ description: "How long the old secret signs too.", unit: "hours", example: 24 })
        .optional(),
    }),
    bodyKind: "optional_json",
    answer: Endpoint.pick({ id: true, signing: true, public_key: true }).extend({ secret }),
  }),
  testEndpoint: endpoints.command({
    path: "/endpoints/{id}/test",
    summary: "Send an example event now",
    description:
      "Sends the worked example of that type once, signed, and answers with the attempt.",
    params,
    body: z.strictObject({ type: EventName }),
    answer: Attempt,
    versioned: false,
  }),
  replayEndpoint: endpoints.command({
    path: "/endpoints/{id}/replay",
    summary: "Send a range of the feed again",
    description:
      "From `from` to `to`, both included, while the endpoint is active; `dry_run` only counts, and `id` and `state` are null then. Replayed deliveries keep their event ids and carry `heliograph-replay`. Of several replays of one endpoint the oldest goes first.",
    params,
    body: z.strictObject({
      from: position,
      to: position,
      types: eventNames.optional(),
      customer_id: orderKey("Only this customer's events.").optional(),
      dry_run: z.boolean().meta({ description: "Count, send nothing.", example: true }).optional(),
    }),
    answer: z.object({
      id: Replay.shape.id.nullable(),
      state: ReplayState.nullable(),
      matched: eventCount("Events that match.", 12),
      queued: eventCount("Those to be sent again; the others are on their way anyway.", 10),
    }),
    rules: ["history_kept"],
    versioned: false,
  }),
  listAttempts: endpoints.get({
    path: "/endpoints/{id}/attempts",
    summary: "List attempts, newest first",
    params,
    query: pageQuery.extend({
      event_id: id("evt", "Only attempts of this event.").optional(),
    }),
    answer: pageOf(Attempt),
  }),
  getEndpointStatus: endpoints.get({
    path: "/endpoints/{id}/status",
    summary: "Read how an endpoint is doing",
    params,
    answer: EndpointStatus,
  }),
  reconcileEndpoint: endpoints.get({
    path: "/endpoints/{id}/reconcile",
    summary: "Account for a range of the feed",
    description:
      "Every matching event from `from` to `to` is settled, waiting or dead; the sums add up. What is no longer kept is not accounted for: `from` in the answer is then the first position that is kept. Where nothing of the range is kept, `to` is the position before that one, and the sums are 0.",
    params,
    query: z.strictObject({
      from: queryNumber()
        .default(0)
        .meta({ description: "First position.", unit: "position", example: 1 }),
      to: queryNumber()
        .meta({
          description: "Last position; the head of the feed if left out.",
          unit: "position",
          example: 1284,
        })
        .optional(),
    }),
    answer: z.object({
      from: position,
      to: position,
      matching: z
        .int()
        .meta({ description: "Events that match the filter.", unit: "count", example: 12 }),
      delivered: z
        .int()
        .meta({ description: "Taken by the receiver.", unit: "count", example: 10 }),
      skipped: z.int().meta({ description: "Skipped by the owner.", unit: "count", example: 0 }),
      waiting: z.int().meta({ description: "Not settled yet.", unit: "count", example: 1 }),
      dead: z.int().meta({ description: "Given up.", unit: "count", example: 1 }),
      not_delivered: z
        .array(
          z.object({
            sequence: position,
            event_id: id("evt", "The event."),
            type: FeedTypeName,
            state: z
              .enum(["waiting", "dead", "skipped"])
              .meta({ description: "Where it stands.", example: "waiting" }),
          }),
        )
        .meta({ description: "The first 1,000 that were not delivered." }),
    }),
  }),
  listEvents: feed.get({
    path: "/events",
    summary: "Read the organization's feed, oldest first",
    description:
      "With `before` newest first, from just before that position: what people look at. `next` is then given as `before`. After 0 comes the oldest event that is kept.",
    query: z.strictObject({
      after: queryNumber()
        .default(0)
        .meta({ description: "Position after which to read.", unit: "position", example: 1283 }),
      before: queryNumber({ min: 1 })
        .meta({
          description: "Position before which to read, newest first.",
          unit: "position",
          example: 1285,
        })
        .optional(),
      type: FeedTypeName.optional(),
      customer_id: orderKey("Only this customer's events.").optional(),
      limit: pageQuery.shape.limit,
    }),
    answer: pageOf(FeedEvent),
    rules: ["history_kept"],
  }),
  getEvent: feed.get({
    path: "/events/{id}",
    summary: "Read one event",
    params: z.object({ id: id("evt", "The event.") }),
    answer: FeedEvent,
  }),
  getEventDeliveries: feed.get({
    path: "/events/{id}/deliveries",
    summary: "Read where an event stands at each endpoint",
    params: z.object({ id: id("evt", "The event.") }),
    answer: z.object({
      event_id: id("evt", "The event."),
      at: instant({ description: "When this was read.", example: "2026-03-10T15:47:30.000Z" }),
      data: z.array(Delivery).meta({ description: "One entry per endpoint." }),
    }),
  }),
  streamEvents: feed.get({
    path: "/events/stream",
    summary: "Follow the organization's feed as server-sent events",
    description:
      "Each event's `id:` is its sequence; a client that comes back with `Last-Event-ID` goes on after it. Without `after` the stream starts at the head.",
    query: z.strictObject({
      after: queryNumber()
        .meta({ description: "Position after which to read.", unit: "position", example: 1283 })
        .optional(),
    }),
    answerKind: "event_stream",
    status: 200,
    rules: ["history_kept"],
  }),
};
