import type { EventData } from "../../catalogue.ts";
import type { Actor } from "../../event.ts";
import type { customerEvents } from "../../events/customers.ts";
import type { Appointment } from "../../resources/customer.ts";
import {
  authorOf,
  customerOfAppointment,
  fullCustomer,
  person,
  personNamed,
  personOf,
  timestamps,
} from "./parts.ts";
import type { Shapes } from "./shape.ts";
import { isoTime, minutesBetween, unixTime } from "./values.ts";

/** Bodies of the events about customers, their appointments and notes. */
export const customerShapes: Shapes<keyof typeof customerEvents> = {
  new_customer: ({ customer }) => fullCustomer(customer),
  update_customer: ({ customer }) => fullCustomer(customer),
  // Who made an appointment is known only from the event that tells of it.
  new_appointment: (data, actor) => appointmentShape(data, actor),
  update_appointment: (data) => appointmentShape(data, null),
  confirm_appointment: (data) => appointmentShape(data, null),
  delete_appointment: (data) => appointmentShape(data, null),
  new_note: (data, actor) => noteShape(data, actor),
  update_note: (data, actor) => noteShape(data, actor),
};

const appointmentWords: Readonly<Record<Appointment["status"], string>> = {
  scheduled: "pending",
  confirmed: "confirmed",
  completed: "completed",
  no_show: "no_show",
  cancelled: "cancelled",
};

function appointmentShape(
  { appointment, assignee, survey, customer, rep, setter }: EventData<"new_appointment">,
  creator: Actor | null,
) {
  const { starts_at, ends_at } = appointment;
  return {
    id: appointment.number,
    status: appointmentWords[appointment.status],
    length_minutes: minutesBetween(starts_at, ends_at),
    appointment_type: { id: null, name: appointment.type, status: null },
    times: {
      iso8601: { start_time: isoTime(starts_at), end_time: isoTime(ends_at) },
      unix: { unix_time: unixTime(starts_at), unix_time_end: unixTime(ends_at) },
    },
    deal_id: survey?.number ?? null,
    customer: customerOfAppointment(customer),
    assignee: person(assignee),
    creator: creator === null ? personNamed(null) : personOf(creator, [rep, setter, assignee]),
    external_notes: appointment.notes,
    internal_notes: appointment.internal_notes,
  };
}

const noteShape = (
  { note, customer, sales_org, rep, setter }: EventData<"new_note">,
  actor: Actor,
) => ({
  id: note.number,
  sales_company_id: sales_org.number,
  customer_id: customer.number,
  deal_id: null,
  author: authorOf(note.author, actor, [rep, setter]),
  note: note.body,
  timestamps: timestamps(note),
});
