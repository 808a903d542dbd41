import { z } from "zod";
import { email, id, instant, phone, quantity, text, timeZone } from "../fields.ts";
import { defineResource } from "../resource.ts";
import { AppointmentOutcome, AppointmentStatus } from "../vocabulary.ts";

export const Address = z
  .strictObject({
    street: text(200, {
      description: "Street and house number, with unit.",
      example: "100 Example Way",
      personal: true,
      orangeButton: "AddressLine1",
      enerflo: "address.street",
    }),
    city: text(100, {
      description: "City.",
      example: "Sampleton",
      personal: true,
      orangeButton: "City",
      enerflo: "address.city",
    }),
    state: z
      .string()
      .trim()
      .toUpperCase()
      .regex(/^[A-Z]{2}$/, { error: "Must be the two letters of a US state" })
      .meta({
        description: "US state or territory, two letters.",
        example: "TX",
        orangeButton: "StateProvince",
        enerflo: "address.state",
      }),
    zip: z
      .string()
      .trim()
      .regex(/^\d{5}(-\d{4})?$/, { error: "Must be a ZIP code of 5 or 5+4 digits" })
      .meta({
        description: "ZIP code, as text because of leading zeros.",
        example: "75001",
        orangeButton: "ZipPostalCode",
        enerflo: "address.zip",
      }),
    county: text(100, {
      description: "County.",
      example: "Sample County",
      orangeButton: "County",
      enerflo: "address.county",
    })
      .nullable()
      .default(null),
    latitude: z
      .number()
      .min(-90)
      .max(90)
      .meta({
        description: "Latitude of the site.",
        unit: "degrees",
        example: 32.900001,
        personal: true,
        orangeButton: "Latitude",
        enerflo: "address.latitude",
      })
      .nullable()
      .default(null),
    longitude: z
      .number()
      .min(-180)
      .max(180)
      .meta({
        description: "Longitude of the site.",
        unit: "degrees",
        example: -96.800001,
        personal: true,
        orangeButton: "Longitude",
        enerflo: "address.longitude",
      })
      .nullable()
      .default(null),
  })
  .meta({ id: "Address", description: "Where the site is.", orangeButton: "Address" });
export type Address = z.infer<typeof Address>;

export const Customer = defineResource(
  {
    name: "customer",
    table: "customers",
    prefix: "cus",
    summary: "A homeowner, from lead to permission to operate.",
    parties: ["sales_org", "epc"],
  },
  {
    sales_org_id: id("org", "The sales organization that owns the customer."),
    first_name: text(100, {
      description: "Given name.",
      example: "Avery",
      personal: true,
      orangeButton: "FirstName",
      enerflo: "first_name",
    }),
    last_name: text(100, {
      description: "Family name.",
      example: "Sample",
      personal: true,
      orangeButton: "LastName",
      enerflo: "last_name",
    }),
    email: email({
      description: "E-mail address.",
      example: "avery.sample@example.com",
      orangeButton: "Email",
      enerflo: "email",
    }).nullable(),
    phone: phone({
      description: "Telephone number.",
      example: "+15555550101",
      orangeButton: "Phone",
      enerflo: "phone",
    }).nullable(),
    address: Address,
    time_zone: timeZone({
      description: "Time zone of the site.",
      example: "America/Chicago",
      enerflo: "customer_timezone",
    }).nullable(),
    language: z
      .string()
      .regex(/^[a-z]{2}(-[A-Z]{2})?$/, { error: "Must be a language tag such as en or es-US" })
      .meta({ description: "Language the customer speaks, BCP 47.", example: "en" })
      .nullable(),
    lead_source: text(200, {
      description: "Where the lead came from.",
      example: "Website",
      hiddenFrom: ["epc"],
      enerflo: "lead_source",
    }).nullable(),
    annual_usage_kwh: quantity(10_000_000, {
      description: "Electricity used in a year before solar.",
      unit: "kWh per year",
      example: 13500,
      orangeButton: "EnergyConsumption",
      enerflo: "solar_data_current_usage",
    }).nullable(),
    utility: text(200, {
      description: "Electric utility of the site.",
      example: "Example Power",
      orangeButton: "UtilityName",
      enerflo: "utility_name",
    }).nullable(),
    rep_id: id("usr", "The sales representative; a user of the sales organization.").nullable(),
    setter_id: id(
      "usr",
      "Who set the first appointment; a user of the sales organization.",
    ).nullable(),
  },
);
export type Customer = z.infer<typeof Customer>;

const note = {
  customer_id: id("cus", "The customer."),
  author: text(200, {
    description: "Who wrote it.",
    example: "Rowan Rep",
    personal: true,
  }),
  body: text(20_000, {
    description: "What it says.",
    example: "Prefers calls after 5 pm.",
    personal: true,
    enerflo: "note",
  }),
};

export const Note = defineResource(
  {
    name: "note",
    table: "notes",
    prefix: "not",
    summary: "A note on a customer, for the sales organization.",
    parties: ["sales_org"],
  },
  note,
);
export type Note = z.infer<typeof Note>;

export const InstallNote = defineResource(
  {
    name: "install_note",
    table: "install_notes",
    prefix: "inn",
    summary: "A note on an install, for both parties.",
    parties: ["sales_org", "epc"],
  },
  {
    ...note,
    survey_id: id("srv", "The deal."),
    install_id: id("ins", "The install."),
  },
);
export type InstallNote = z.infer<typeof InstallNote>;

export const Appointment = defineResource(
  {
    name: "appointment",
    table: "appointments",
    prefix: "apt",
    summary: "A meeting with a customer.",
    parties: ["sales_org"],
  },
  {
    customer_id: id("cus", "The customer."),
    survey_id: id("srv", "The deal it is about, if one exists.").nullable(),
    type: text(100, {
      description: "One of the sales organization's appointment types.",
      example: "consultation",
      enerflo: "appointment_type.name",
    }),
    status: AppointmentStatus,
    starts_at: instant({
      description: "When it starts.",
      example: "2026-03-04T20:00:00.000Z",
      enerflo: "times.iso8601.start_time",
    }),
    ends_at: instant({
      description: "When it ends.",
      example: "2026-03-04T21:00:00.000Z",
      enerflo: "times.iso8601.end_time",
    }),
    time_zone: timeZone({
      description: "Time zone in which people speak of it.",
      example: "America/Chicago",
      enerflo: "tz",
    }),
    assignee_id: id("usr", "Who goes; a user of the sales organization.").nullable(),
    location: text(500, {
      description: "Where it takes place, if not at the site.",
      example: "Video call",
    }).nullable(),
    notes: text(20_000, {
      description: "Notes that the customer may see.",
      example: "Please have a recent utility bill at hand.",
      enerflo: "external_notes",
    }).nullable(),
    internal_notes: text(20_000, {
      description: "Notes for the sales organization only.",
      example: "Two decision makers.",
      enerflo: "internal_notes",
    }).nullable(),
    outcome: AppointmentOutcome.nullable().meta({ absent: true }),
    confirmed_at: instant({
      description: "When the customer confirmed the present schedule.",
      example: "2026-03-03T18:12:00.000Z",
    })
      .nullable()
      .meta({ absent: true }),
    cancelled_at: instant({
      description: "When it was cancelled.",
      example: "2026-03-03T19:00:00.000Z",
    })
      .nullable()
      .meta({ absent: true }),
    cancel_reason: text(1000, {
      description: "Why it was cancelled.",
      example: "Asked for a later date",
    })
      .nullable()
      .meta({ absent: true }),
    cancel_asked_by: text(200, {
      description: "Who asked for the cancellation, for example `customer` or `sales_org`.",
      example: "customer",
    })
      .nullable()
      .meta({ absent: true }),
  },
);
export type Appointment = z.infer<typeof Appointment>;
