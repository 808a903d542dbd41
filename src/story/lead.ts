import type { Cast } from "./cast.ts";
import type { Once } from "./once.ts";

/** Lead, note, appointments. */
export async function meet({ sales, rep, choices }: Cast, once: Once) {
  const [first, second] = choices.appointmentTypes;
  const customer = await once("new customer", (options) =>
    sales.customers.create(
      {
        first_name: "Avery",
        last_name: "Sample",
        email: "avery.sample@example.com",
        address: { street: "100 Example Way", city: "Sampleton", state: "TX", zip: "75001" },
        time_zone: "America/Chicago",
        lead_source: "Website",
        annual_usage_kwh: 13_500,
        ...(rep && { rep_id: rep.id }),
        ...choices.customer,
      },
      options,
    ),
  );
  const { id } = customer;
  await once("telephone number", (options) =>
    sales.customers.update({ id, phone: "(555) 555-0101" }, options),
  );
  const note = await once("note", (options) =>
    sales.notes.create({ id, body: "Prefers calls." }, options),
  );
  await once("note corrected", (options) =>
    sales.notes.update({ id: note.id, body: "Prefers calls after 5 pm." }, options),
  );
  const day = (hour: number) => `2026-12-07T${hour}:00:00Z`;
  const appointment = await once("appointment", (options) =>
    sales.appointments.create(
      {
        id,
        type: first,
        starts_at: day(18),
        ends_at: day(19),
        time_zone: "America/Chicago",
      },
      options,
    ),
  );
  await once("appointment moved", (options) =>
    sales.appointments.update(
      { id: appointment.id, starts_at: day(20), ends_at: day(21) },
      options,
    ),
  );
  await once("appointment confirmed", (options) =>
    sales.appointments.confirm({ id: appointment.id }, options),
  );
  const visit = await once("second appointment", (options) =>
    sales.appointments.create(
      {
        id,
        type: second,
        starts_at: day(22),
        ends_at: day(23),
        time_zone: "America/Chicago",
      },
      options,
    ),
  );
  await once("second appointment cancelled", (options) =>
    sales.appointments.cancel(
      { id: visit.id, reason: "One visit is enough", asked_by: "customer" },
      options,
    ),
  );
  return customer;
}

/** Deal, installer, file, design. */
export async function openDeal(
  { sales, installing, installer, choices }: Cast,
  once: Once,
  customerId: string,
) {
  const survey = await once("deal", (options) =>
    sales.surveys.create(
      { id: customerId, type: choices.dealType, title: "Sample residence" },
      options,
    ),
  );
  const { id } = survey;
  await once("installer chosen", (options) =>
    sales.surveys.update({ id, epc_id: installer.id, stage: "design_requested" }, options),
  );
  const bill = new File(["Example Power: 1,125 kWh"], "bill-2026-02.txt", { type: "text/plain" });
  await once("utility bill", (options) =>
    sales.files.create({ id, category: "utility_bill", file: bill }, options),
  );
  const request = await once("design asked for", (options) =>
    sales.designRequests.create(
      { id, notes: "Avoid the front roof.", target_offset_ratio: 1 },
      options,
    ),
  );
  await once("design delivered", (options) =>
    installing.designRequests.complete(
      {
        id: request.id,
        design: {
          system_size_dc_kw: 9.72,
          annual_production_kwh: 13_500,
          modules: [{ manufacturer: "Example Modules", model: "EX-405", watts: 405, count: 24 }],
          inverters: [{ manufacturer: "Example Power", model: "EP-290", count: 24 }],
          offset_ratio: 1,
        },
      },
      options,
    ),
  );
  return survey;
}
