import { z } from "zod";
import { day, flag, id, instant, orderKey, text } from "../fields.ts";
import { pageOf, pageQuery, queryNumber, section } from "../operation.ts";
import {
  AppointmentView,
  DeliveryView,
  EndpointHour,
  EventCount,
  MilestoneView,
  SurveyView,
} from "../resources/view.ts";
import { DealStage } from "../vocabulary.ts";

const surveys = section("surveys", "flow:read", "flow:write");
const appointments = section("appointments", "flow:read", "flow:write");
const milestones = section("milestones", "flow:read", "flow:write");
const events = section("events", "events:read", "events:read");
const endpoints = section("endpoints", "endpoints:read", "endpoints:write");

/** How many entries of the feed one call tells the deliveries of. */
export const deliveryRange = 200;

/** How many records a list without pages gives at most. */
export const someAtMost = 1_000;

/** Answer of a list that has no further pages. */
const someOf = <S extends z.ZodType>(item: S) =>
  z.object({
    data: z.array(item).meta({ description: "The records." }),
    more: flag({
      description: `Whether there are more than these ${someAtMost}; ask for less.`,
      example: false,
    }),
  });

/** Lists across customers: what people look at all day. */
export const viewOperations = {
  searchSurveys: surveys.get({
    path: "/surveys",
    summary: "Find deals",
    description: "Of all customers, newest first, each with what is needed to recognise it.",
    query: pageQuery.extend({
      q: text(200, {
        description: "Part of a customer's name or street, or of the deal's title.",
        example: "sample",
      }).optional(),
      stage: DealStage.optional(),
      epc_id: id("org", "Only those of this installer.").optional(),
      rep_id: id("usr", "Only those of this representative's customers.").optional(),
    }),
    answer: pageOf(SurveyView),
  }),
  searchAppointments: appointments.get({
    path: "/appointments",
    summary: "List the appointments of a time",
    description: "Those that start from `from` up to and without `to`, by their start.",
    callers: ["sales_org"],
    query: z.strictObject({
      from: instant({ description: "From when.", example: "2026-03-02T06:00:00.000Z" }).optional(),
      to: instant({ description: "Until when.", example: "2026-03-09T06:00:00.000Z" }).optional(),
    }),
    answer: someOf(AppointmentView),
  }),
  searchMilestones: milestones.get({
    path: "/milestones",
    summary: "Find milestones",
    description: "Of all builds that go on, in the order in which they are due.",
    query: z.strictObject({
      state: z
        .enum(["open", "all"])
        .default("open")
        .meta({ description: "`open`: only those that are not done.", example: "open" }),
      due_before: day({
        description: "Only those due before this day.",
        example: "2026-04-01",
      }).optional(),
    }),
    answer: someOf(MilestoneView),
  }),
  countEvents: events.get({
    path: "/events/counts",
    summary: "Count the events since an instant",
    description: "Of the caller's feed, by type; types of which there was none are left out.",
    query: z.strictObject({
      since: instant({
        description: "Events recorded from then on; those of the last 24 hours if left out.",
        example: "2026-03-10T06:00:00.000Z",
      }).optional(),
    }),
    answer: z.object({
      head: queryNumber().meta({
        description: "Newest position of the feed; 0 while it is empty.",
        unit: "position",
        example: 1284,
      }),
      data: z.array(EventCount).meta({ description: "One entry per type." }),
    }),
  }),
  getDeliveries: events.get({
    path: "/deliveries",
    summary: "Read where the events of a range stand at each endpoint",
    description: `Of the caller's feed from \`from\` to \`to\`, both included, ${deliveryRange} events at most; for one event with more detail see \`GET /events/{id}/deliveries\`.`,
    query: z.strictObject({
      from: queryNumber({ min: 1 })
        .default(1)
        .meta({ description: "First position.", unit: "position", example: 1084 }),
      to: queryNumber({ min: 1 })
        .meta({
          description: "Last position; the head of the feed if left out.",
          unit: "position",
          example: 1284,
        })
        .optional(),
      customer_id: orderKey("Only this customer's events.").optional(),
    }),
    answer: z.object({
      from: queryNumber().meta({ description: "As asked.", unit: "position", example: 1084 }),
      to: queryNumber().meta({
        description: "Last of the events told; before `from` when there is none.",
        unit: "position",
        example: 1284,
      }),
      data: z.array(DeliveryView).meta({ description: "One entry per event and endpoint." }),
    }),
  }),
  getEndpointHistory: endpoints.get({
    path: "/endpoints/{id}/history",
    summary: "Read what an endpoint got of the last hours",
    params: z.object({ id: id("end", "The endpoint.") }),
    query: z.strictObject({
      hours: queryNumber({ min: 1, max: 168 })
        .default(24)
        .meta({ description: "How far back.", unit: "hours", example: 24 }),
      parts: queryNumber({ min: 1, max: 200 })
        .default(48)
        .meta({ description: "In how many equal stretches.", unit: "count", example: 48 }),
    }),
    answer: z.object({
      data: z.array(EndpointHour).meta({ description: "The stretches, oldest first." }),
    }),
  }),
};
