import { z } from "zod";
import { id, text } from "../fields.ts";
import { pageOf, pageQuery, section } from "../operation.ts";
import { input, patch } from "../resource.ts";
import { Inlet, Receipt, ReceiptOutcome } from "../resources/inlet.ts";

const inlets = section("inbound", "endpoints:read", "endpoints:write");
const bodies = section("inbound", "events:read", "events:read");
const params = z.object({ id: id("inl", "The inlet.") });
const receiptParams = z.object({ id: id("rcv", "The delivery.") });

const settable = ["drop_doubles", "window_seconds", "rate_limit_per_second"] as const;

/** The address of an inlet, shown once. */
const url = z.string().meta({
  description: "Where the other system sends to, with the token in it; shown this once.",
  example: "https://example.com/v1/inbound/hi_EXAMPLE",
});
const token = z
  .string()
  .meta({ description: "The token, shown this once.", example: "hi_EXAMPLE" });

/** Inlets: addresses for what another system sends, and what they took. */
export const inletOperations = {
  createInlet: inlets.create({
    path: "/inlets",
    summary: "Make an inlet",
    description:
      "Shows its address once. Doubles are dropped within 90 seconds and 300 deliveries a second are taken unless told otherwise.",
    body: input(Inlet, ["name"], settable),
    answer: Inlet.extend({ token, url }),
  }),
  listInlets: inlets.get({
    path: "/inlets",
    summary: "List inlets",
    query: pageQuery,
    answer: pageOf(Inlet),
  }),
  getInlet: inlets.get({
    path: "/inlets/{id}",
    summary: "Read an inlet",
    params,
    answer: Inlet,
  }),
  updateInlet: inlets.patch({
    path: "/inlets/{id}",
    summary: "Change an inlet",
    description: "Holds for what comes from then on.",
    params,
    body: patch(Inlet, ["name", ...settable]),
    answer: Inlet,
  }),
  deleteInlet: inlets.remove({
    path: "/inlets/{id}",
    summary: "Remove an inlet",
    description:
      "Its address takes nothing more. What it took stays in the feed, and by its own id.",
    params,
  }),
  rotateInletToken: inlets.command({
    path: "/inlets/{id}/rotate-token",
    summary: "Give an inlet a new token",
    description: "The old address takes nothing more from then on.",
    params,
    answer: Inlet.pick({ id: true, token_hint: true, version: true }).extend({ token, url }),
  }),
  listReceipts: inlets.get({
    path: "/inlets/{id}/receipts",
    summary: "List what an inlet took, newest first",
    params,
    query: pageQuery.extend({ outcome: ReceiptOutcome.optional() }),
    answer: pageOf(Receipt),
  }),
  getReceipt: inlets.get({
    path: "/receipts/{id}",
    summary: "Read what became of a delivery",
    params: receiptParams,
    answer: Receipt,
  }),
  getReceiptBody: bodies.get({
    path: "/receipts/{id}/body",
    summary: "Read the body of a delivery, byte for byte",
    description: "Always as `application/octet-stream`, so that no browser runs what others sent.",
    params: receiptParams,
    answerKind: "bytes",
    status: 200,
  }),
  releaseReceipt: inlets.command({
    path: "/receipts/{id}/release",
    summary: "Put a delivery that was kept out into the feed",
    description: "It takes the next place in its customer's order, behind what went on meanwhile.",
    params: receiptParams,
    answer: Receipt,
    rules: ["receipt_kept_out"],
    versioned: false,
  }),
  acceptInbound: inlets.create({
    path: "/inbound/{token}",
    summary: "Take a delivery of another system",
    description:
      "The address of an inlet. Any body up to 5 MB of any content type; the answer comes once it is stored. The event's name is taken from the body, else from the header `x-enerflo-event` or `webhook-event`, else from `event` in the query.",
    callers: [],
    scope: null,
    params: z.object({
      token: z.string().meta({ description: "The inlet's token.", example: "hi_EXAMPLE" }),
    }),
    query: z.object({
      event: text(100, {
        description: "The event's name, where neither body nor headers have it.",
        example: "new_customer",
      }).optional(),
    }),
    body: z.unknown().meta({
      description: "What the other system sends, in any shape.",
      example: { webhook_event: "new_customer", id: 3_000_001 },
    }),
    bodyKind: "bytes",
    answer: Receipt.pick({ id: true, received_at: true, outcome: true, event_id: true }).meta({
      description: "Stored.",
    }),
    status: 200,
  }),
};
