import { z } from "zod";
import { cents, count, id, instant, sequence, text } from "../fields.ts";
import { Appointment, Customer } from "./customer.ts";
import { Delivery } from "./explanation.ts";
import { Install, Milestone } from "./install.ts";
import { Survey } from "./survey.ts";

/** What people look at across customers: records with what is needed to recognise them. */

const customerName = Customer.pick({
  id: true,
  number: true,
  first_name: true,
  last_name: true,
  phone: true,
  rep_id: true,
})
  .extend({ city: Customer.shape.address.shape.city, state: Customer.shape.address.shape.state })
  .meta({ id: "CustomerName", description: "A customer, as lists name them." });

const installState = Install.pick({ id: true, status: true, stage: true, epc_id: true })
  .nullable()
  .meta({ description: "The build; null before there is one." });

export const SurveyView = Survey.extend({
  customer: customerName,
  install: installState,
  contract_price_cents: cents({
    description: "Of the build, or of the newest proposal before there is one.",
    example: 3_456_000,
  }).nullable(),
  system_size_dc_kw: Install.shape.system_size_dc_kw.nullable(),
  open_milestones: count({ description: "Milestones that are not done.", example: 3 }),
  last_event: z
    .object({
      id: id("evt", "The event."),
      type: text(64, { description: "Its type.", example: "update_install" }),
      sequence: sequence({ description: "Position in the caller's feed.", example: 1284 }),
      timestamp: instant({
        description: "When it happened.",
        example: "2026-03-10T15:47:29.120Z",
      }),
    })
    .nullable()
    .meta({ description: "What the caller heard last of this customer." }),
}).meta({ id: "SurveyView", description: "A deal with what is needed to recognise it in a list." });
export type SurveyView = z.infer<typeof SurveyView>;

export const AppointmentView = Appointment.extend({ customer: customerName }).meta({
  id: "AppointmentView",
  description: "An appointment with its customer's name.",
});
export type AppointmentView = z.infer<typeof AppointmentView>;

export const MilestoneView = Milestone.extend({
  customer: customerName,
  install: installState.unwrap().meta({ description: "The build it belongs to." }),
}).meta({ id: "MilestoneView", description: "A milestone with its customer's name." });
export type MilestoneView = z.infer<typeof MilestoneView>;

/** Where one event stands at one endpoint, in few words: for lists of many. */
export const DeliveryView = Delivery.pick({
  endpoint_id: true,
  sequence: true,
  state: true,
  reason_code: true,
  reason: true,
  attempts: true,
  last_status_code: true,
  next_attempt_at: true,
  delivered_at: true,
  duration_ms: true,
})
  .extend({ event_id: id("evt", "The event.") })
  .meta({ id: "DeliveryView", description: "Where one event stands at one endpoint." });
export type DeliveryView = z.infer<typeof DeliveryView>;

/** What an endpoint got of the events of one stretch of time. */
export const EndpointHour = z
  .object({
    from: instant({ description: "Start of the stretch.", example: "2026-03-10T15:00:00.000Z" }),
    events: count({ description: "Matching events that happened in it.", example: 12 }),
    delivered: count({ description: "Of those, delivered by now.", example: 10 }),
    failed_attempts: count({
      description: "Attempts made in it that the receiver did not take.",
      example: 2,
    }),
    first_sequence: sequence({
      description: "Position of the first of them.",
      example: 1273,
    }).nullable(),
    last_sequence: sequence({
      description: "Position of the last of them.",
      example: 1284,
    }).nullable(),
    delay_ms: z.number().nullable().meta({
      description: "Median time from the event to its delivery, of those delivered.",
      unit: "ms",
      example: 64.1,
    }),
  })
  .meta({ id: "EndpointHour", description: "What an endpoint got of a stretch of time." });
export type EndpointHour = z.infer<typeof EndpointHour>;

/** How many events of one type there were. */
export const EventCount = z
  .object({
    type: text(64, { description: "Name of the event.", example: "update_install" }),
    count: count({ description: "Events of it.", example: 12 }),
    last_at: instant({
      description: "When the last of them happened.",
      example: "2026-03-10T15:47:29.120Z",
    }),
  })
  .meta({ id: "EventCount", description: "How many events of one type there were." });
export type EventCount = z.infer<typeof EventCount>;
