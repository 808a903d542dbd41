import type { EventType } from "../../catalogue.ts";

/**
 * Bodies as receivers of Enerflo 1.0 know them, with made-up values: the names and kinds of all fields of the events
 * whose compact form is known in full. Null stands for a value that may be missing.
 */

const customer = {
  id: 3100007,
  external_id: "CRM-7",
  first_name: "Jordan",
  last_name: "Placeholder",
  full_name: "Jordan Placeholder",
  email: "jordan.placeholder@example.com",
  phone: "(555) 555-0177",
  address: {
    street: "7 Specimen Street",
    city: "Mockville",
    state: "AZ",
    zip: "85001",
    county: "Mock County",
    full_address: "7 Specimen Street, Mockville, AZ 85001",
    latitude: 33.5,
    longitude: -112.1,
  },
  customer_timezone: "America/Phoenix",
  lead_source: "",
  timestamps: {
    deleted_at: null,
    created_at: "2026-01-05 08:09:10",
    updated_at: "2026-01-06 08:09:10",
    timezone: "UTC",
  },
};

const { street, city, state, zip, full_address } = customer.address;
const coordinateTexts = { latitude: "33.50000000", longitude: "-112.10000000" };
const person = { id: 71, email: "pat@example.com", first_name: "Pat", last_name: "Person" };

const appointment = {
  id: 910,
  status: "pending",
  length_minutes: 45,
  appointment_type: { id: null, name: "Follow-up", status: null },
  times: {
    iso8601: { start_time: "2026-01-07T17:00:00+00:00", end_time: "2026-01-07T17:45:00+00:00" },
    unix: { unix_time: 1767805200, unix_time_end: 1767807900 },
  },
  deal_id: null,
  customer: {
    id: customer.id,
    first_name: customer.first_name,
    last_name: customer.last_name,
    email: customer.email,
    phone: customer.phone,
    address: { street, city, state, zip, full_address, ...coordinateTexts },
  },
  assignee: person,
  creator: person,
  external_notes: "Ring twice.",
  internal_notes: "Second visit.",
};

const install = {
  id: 5100,
  status: { id: null, name: "Engineering" },
  sales_company_id: 12,
  install_company_id: 34,
  office_id: null,
  market_id: null,
  deal_id: 7200,
  agreement_id: 6100,
  customer: { ...customer, address: { ...customer.address, ...coordinateTexts } },
  agent: {
    ...person,
    full_name: "Pat Person",
    phone: "5555550178",
    timezone: null,
    deleted_at: null,
    created_at: "2025-06-01 00:00:00",
    updated_at: "2025-06-01 00:00:00",
  },
  timestamps: customer.timestamps,
};

const designRequest = {
  id: 220,
  status: "pending",
  priority: "Standard",
  is_revision: true,
  sales_company_id: 12,
  install_company_id: 34,
  deal_id: 7200,
  deal_file_id: null,
  install_id: 5100,
  assignee: person,
  timestamps: {
    viewed_at: null,
    assigned_at: null,
    created_at: "2026-01-08 12:00:00",
    updated_at: "2026-01-08 12:00:00",
    timezone: "UTC",
  },
};

/** The known bodies by event, without `webhook_event`. */
export const documented = {
  new_customer: customer,
  update_customer: customer,
  new_appointment: appointment,
  update_appointment: appointment,
  new_design_request: designRequest,
  update_install: install,
} satisfies Partial<Record<EventType, object>>;
