import { z } from "zod";
import { id, text } from "../fields.ts";
import { pageOf, pageQuery, section } from "../operation.ts";
import { input, patch } from "../resource.ts";
import { Appointment, Customer, Note } from "../resources/customer.ts";
import { reason } from "./organizations.ts";

const customers = section("customers", "flow:read", "flow:write");
const appointments = section("appointments", "flow:read", "flow:write");
const salesOrg = ["sales_org"] as const;
const customerParams = z.object({ id: id("cus", "The customer.") });
const noteParams = z.object({ id: id("not", "The note.") });
const appointmentParams = z.object({ id: id("apt", "The appointment.") });

const customerInput = input(
  Customer,
  ["first_name", "last_name", "address"],
  [
    "email",
    "phone",
    "time_zone",
    "language",
    "lead_source",
    "annual_usage_kwh",
    "utility",
    "rep_id",
    "setter_id",
  ],
);
/** The address without the defaults of a creation: they would overwrite what was left out. */
const addressParts = z.strictObject({
  street: Customer.shape.address.shape.street,
  city: Customer.shape.address.shape.city,
  state: Customer.shape.address.shape.state,
  zip: Customer.shape.address.shape.zip,
  county: Customer.shape.address.shape.county.unwrap(),
  latitude: Customer.shape.address.shape.latitude.unwrap(),
  longitude: Customer.shape.address.shape.longitude.unwrap(),
});
const addressPatch = addressParts
  .partial()
  .meta({ description: "Parts of the address to change; those left out stay." });
const addressUpsert = addressParts
  .partial({ county: true, latitude: true, longitude: true })
  .meta({ description: "Where the site is; parts left out stay as they are." });

const appointmentOptional = [
  "survey_id",
  "assignee_id",
  "location",
  "notes",
  "internal_notes",
] as const;

export const customerOperations = {
  createCustomer: customers.create({
    path: "/customers",
    summary: "Make a customer",
    callers: salesOrg,
    body: customerInput,
    answer: Customer,
    rules: ["external_id_free"],
  }),
  listCustomers: customers.get({
    path: "/customers",
    summary: "List or find customers",
    query: pageQuery.extend({
      q: text(200, {
        description: "Part of a name, an e-mail address, a telephone number or a street.",
        example: "sample",
      }).optional(),
      external_id: text(255, {
        description: "Id in another system; `system:id` for one system, `id` for any.",
        example: "crm:L-20931",
      }).optional(),
    }),
    answer: pageOf(Customer),
  }),
  getCustomer: customers.get({
    path: "/customers/{id}",
    summary: "Read a customer",
    params: customerParams,
    answer: Customer,
  }),
  updateCustomer: customers.patch({
    path: "/customers/{id}",
    summary: "Change a customer",
    callers: salesOrg,
    params: customerParams,
    body: patch(Customer, [
      "first_name",
      "last_name",
      "email",
      "phone",
      "time_zone",
      "language",
      "lead_source",
      "annual_usage_kwh",
      "utility",
      "rep_id",
      "setter_id",
    ]).extend({ address: addressPatch.optional() }),
    answer: Customer,
    rules: ["external_id_free"],
  }),
  upsertCustomer: customers.put({
    path: "/customers/by-external-id/{system}/{external_id}",
    summary: "Make or change the customer with this external id",
    description:
      "Makes the customer when the organization has none with this id in that system, else changes it: fields left out stay. With `If-Match` it only changes.",
    callers: salesOrg,
    params: z.object({
      system: z
        .string()
        .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/)
        .meta({ description: "Name of the other system.", example: "crm" }),
      external_id: text(255, { description: "Id of the customer there.", example: "L-20931" }),
    }),
    body: customerInput.extend({ address: addressUpsert }),
    answer: Customer,
    rules: ["external_id_free"],
    versioned: true,
  }),
  createNote: customers.create({
    path: "/customers/{id}/notes",
    summary: "Make a note on a customer",
    callers: salesOrg,
    params: customerParams,
    body: input(Note, ["body"], []),
    answer: Note,
  }),
  listNotes: customers.get({
    path: "/customers/{id}/notes",
    summary: "List a customer's notes",
    callers: salesOrg,
    params: customerParams,
    query: pageQuery,
    answer: pageOf(Note),
  }),
  getNote: customers.get({
    path: "/notes/{id}",
    summary: "Read a note",
    callers: salesOrg,
    params: noteParams,
    answer: Note,
  }),
  updateNote: customers.patch({
    path: "/notes/{id}",
    summary: "Change a note",
    callers: salesOrg,
    params: noteParams,
    body: patch(Note, ["body"]),
    answer: Note,
  }),
  createAppointment: appointments.create({
    path: "/customers/{id}/appointments",
    summary: "Make an appointment",
    callers: salesOrg,
    params: customerParams,
    body: input(Appointment, ["type", "starts_at", "ends_at", "time_zone"], appointmentOptional),
    answer: Appointment,
  }),
  listAppointments: appointments.get({
    path: "/customers/{id}/appointments",
    summary: "List a customer's appointments",
    callers: salesOrg,
    params: customerParams,
    query: pageQuery,
    answer: pageOf(Appointment),
  }),
  getAppointment: appointments.get({
    path: "/appointments/{id}",
    summary: "Read an appointment",
    callers: salesOrg,
    params: appointmentParams,
    answer: Appointment,
  }),
  updateAppointment: appointments.patch({
    path: "/appointments/{id}",
    summary: "Change an appointment",
    description:
      "A new start or end is a reschedule: the customer is asked to confirm again, and an outcome of the schedule before is cleared. `status` may be set to `completed` or `no_show`.",
    callers: salesOrg,
    params: appointmentParams,
    body: patch(Appointment, [
      "type",
      "starts_at",
      "ends_at",
      "time_zone",
      "outcome",
      ...appointmentOptional,
    ]).extend({
      status: z
        .enum(["completed", "no_show"])
        .meta({ description: "What became of it.", example: "completed" })
        .optional(),
    }),
    answer: Appointment,
    rules: ["appointment_open"],
  }),
  confirmAppointment: appointments.command({
    path: "/appointments/{id}/confirm",
    summary: "Record that the customer confirmed",
    callers: salesOrg,
    params: appointmentParams,
    answer: Appointment,
    rules: ["appointment_open", "appointment_unconfirmed"],
  }),
  cancelAppointment: appointments.command({
    path: "/appointments/{id}/cancel",
    summary: "Cancel an appointment",
    callers: salesOrg,
    params: appointmentParams,
    body: z.strictObject({
      reason,
      asked_by: text(200, {
        description: "Who asked for it, for example `customer` or `sales_org`.",
        example: "customer",
      }),
    }),
    answer: Appointment,
    rules: ["appointment_open"],
  }),
};
