import { detours, firstDay, reasons } from "./assumptions.ts";
import type { Draft } from "./draft.ts";
import type { Random } from "./random.ts";

/** Customer, notes, appointments. */
export function meet(draft: Draft): void {
  const { random, sales, traits } = draft;
  const { phone, partner: _partner, ...lead } = draft.lead;
  const isPhoneLater = random.chance(detours.phoneComesLater);
  sales(
    "customers",
    "create",
    {
      ...lead,
      ...(!isPhoneLater && { phone }),
      ...(traits.hasRep && { rep_id: "@rep.id" }),
    },
    "customer",
  );
  if (isPhoneLater) sales("customers", "update", { id: "@customer.id", phone });
  if (random.chance(detours.note)) {
    sales("notes", "create", { id: "@customer.id", body: "Prefers calls." }, "note");
    if (random.chance(detours.noteCorrected)) {
      sales("notes", "update", { id: "@note.id", body: "Prefers calls after 5 pm." });
    }
  }
  visit(draft);
}

function visit({ random, sales, end, lead, traits }: Draft): void {
  const { time_zone } = lead;
  const [first, second] = traits.appointmentTypes;
  const made = { id: "@customer.id", time_zone };
  sales("appointments", "create", { ...made, type: first, ...hourOf(random) }, "appointment");
  const id = "@appointment.id";
  if (random.chance(detours.appointmentMoved)) {
    sales("appointments", "update", { id, ...hourOf(random) });
  }
  if (random.chance(detours.appointmentConfirmed)) sales("appointments", "confirm", { id });
  if (end === "never_sat") {
    const reason = random.pick(reasons.appointment);
    if (random.chance(detours.appointmentCancelledByLead)) {
      sales("appointments", "cancel", { id, reason, asked_by: "customer" });
    } else sales("appointments", "update", { id, status: "no_show", outcome: "not_home" });
    return;
  }
  const outcome = end === "not_interested" ? "sat_not_closed" : "sat_follow_up";
  sales("appointments", "update", { id, status: "completed", outcome });
  if (end !== "not_interested" && random.chance(detours.secondAppointmentCancelled)) {
    sales("appointments", "create", { ...made, type: second, ...hourOf(random) }, "second");
    sales("appointments", "cancel", {
      id: "@second.id",
      reason: random.pick(reasons.appointment),
      asked_by: "sales_org",
    });
  }
}

/** An hour of one of the first sixty days. */
function hourOf(random: Random): { starts_at: string; ends_at: string } {
  const startMs = Date.parse(firstDay) + random.between(0, 59 * 24 + 23) * 3_600_000;
  const at = (ms: number) => new Date(ms).toISOString();
  return { starts_at: at(startMs), ends_at: at(startMs + 3_600_000) };
}

/** Deal, installer, utility bill, design. */
export function askForDesign({ random, sales, installing, lead, offer, traits }: Draft): void {
  const title = `${lead.last_name} residence`;
  const type = traits.dealType === null ? {} : { type: traits.dealType };
  sales("surveys", "create", { id: "@customer.id", title, ...type }, "survey");
  const id = "@survey.id";
  sales("surveys", "update", { id, epc_id: "@installer.id", stage: "design_requested" });
  if (random.chance(detours.utilityBill)) {
    const text = `Example Power: ${Math.round(lead.annual_usage_kwh / 12)} kWh`;
    // Without a time of its own it would not be the same the next time.
    const lastModified = Date.parse(firstDay);
    const file = new File([text], "bill.txt", { type: "text/plain", lastModified });
    sales("files", "create", { id, category: "utility_bill", file });
  }
  sales("designRequests", "create", { id, target_offset_ratio: 1 }, "design");
  if (random.chance(detours.designStarted)) {
    installing("designRequests", "update", { id: "@design.id", status: "in_progress" });
  }
  installing("designRequests", "complete", { id: "@design.id", design: offer.design });
  if (random.chance(detours.designRevised)) {
    sales("designRequests", "update", { id: "@design.id", status: "approved" });
    const asked = { id, revision_of: "@design.id", notes: "Avoid the front roof." };
    sales("designRequests", "create", asked, "revision");
    installing("designRequests", "complete", { id: "@revision.id", design: offer.design });
  }
}
