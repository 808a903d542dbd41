import { defineEvents } from "../event.ts";
import { Appointment, Note } from "../resources/customer.ts";
import { UserSummary } from "../resources/organization.ts";
import { Survey } from "../resources/survey.ts";
import { customerData } from "./snapshot.ts";

/** What rides in an event about an appointment. */
const appointmentData = customerData({
  appointment: Appointment,
  assignee: UserSummary.nullable().meta({ description: "Who goes; null when nobody is assigned." }),
  survey: Survey.nullable().meta({ description: "The deal it is about, if one exists." }),
});

/** The deal of an appointment in examples: it has no installer yet. */
const dealOpened = { "survey.stage": "appointment_set", "survey.epc_id": null };

export const customerEvents = defineEvents({
  new_customer: {
    label: "New Customer",
    trigger:
      "A customer or lead was created, by whatever way. Creating one whose external id is already known is an update.",
    audience: ["sales_org"],
    schemaVersion: 1,
    data: customerData({}),
    subject: "customer",
  },
  update_customer: {
    label: "Update Customer",
    trigger: "A stored field of the customer changed.",
    audience: ["sales_org"],
    schemaVersion: 1,
    data: customerData({}),
    subject: "customer",
    changes: { "customer.phone": { from: null, to: "+15555550101" } },
  },
  new_appointment: {
    label: "New Appointment",
    trigger: "An appointment with the customer was made.",
    audience: ["sales_org"],
    schemaVersion: 1,
    data: appointmentData,
    subject: "appointment",
    moment: dealOpened,
  },
  update_appointment: {
    label: "Update Appointment",
    trigger:
      "Anything of the appointment changed but its confirmation and its cancellation: schedule, assignee, outcome, notes.",
    audience: ["sales_org"],
    schemaVersion: 1,
    data: appointmentData,
    subject: "appointment",
    moment: dealOpened,
    changes: {
      "appointment.starts_at": { from: "2026-03-04T18:00:00.000Z", to: "2026-03-04T20:00:00.000Z" },
    },
  },
  confirm_appointment: {
    label: "Confirm Appointment",
    trigger:
      "The customer confirmed, or a user recorded that he did. Once per schedule: a reschedule asks again.",
    audience: ["sales_org"],
    schemaVersion: 1,
    data: appointmentData,
    subject: "appointment",
    moment: { ...dealOpened, "appointment.confirmed_at": "2026-03-03T18:12:00.000Z" },
    changes: { "appointment.status": { from: "scheduled", to: "confirmed" } },
  },
  delete_appointment: {
    label: "Delete Appointment",
    trigger:
      "The sales organization cancelled the appointment, also when the customer had asked for it.",
    audience: ["sales_org"],
    schemaVersion: 1,
    data: appointmentData,
    subject: "appointment",
    moment: {
      ...dealOpened,
      "appointment.cancelled_at": "2026-03-03T19:00:00.000Z",
      "appointment.cancel_reason": "Asked for a later date",
      "appointment.cancel_asked_by": "customer",
    },
    changes: { "appointment.status": { from: "scheduled", to: "cancelled" } },
  },
  new_note: {
    label: "New Note",
    trigger: "A note was made on a customer. A note on an install is `new_install_note`.",
    audience: ["sales_org"],
    schemaVersion: 1,
    data: customerData({ note: Note }),
    subject: "note",
  },
  update_note: {
    label: "Update Note",
    trigger: "A customer's note changed.",
    audience: ["sales_org"],
    schemaVersion: 1,
    data: customerData({ note: Note }),
    subject: "note",
    changes: { "note.body": { from: "Prefers calls.", to: "Prefers calls after 5 pm." } },
  },
});
