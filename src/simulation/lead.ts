import { appointmentHours, detours, reasons, waits } from "./assumptions.ts";
import type { Draft } from "./draft.ts";
import type { LeadTime } from "./leadTime.ts";
import type { Random } from "./random.ts";

/** Customer, notes, deal, appointments. */
export function meet(draft: Draft): void {
  const { random, sales, traits, time } = draft;
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
  if (isPhoneLater) {
    time.pass("phone");
    sales("customers", "update", { id: "@customer.id", phone });
  }
  if (random.chance(detours.note)) {
    time.pass("note");
    sales("notes", "create", { id: "@customer.id", body: "Prefers calls." }, "note");
    if (random.chance(detours.noteCorrected)) {
      time.pass("note");
      sales("notes", "update", { id: "@note.id", body: "Prefers calls after 5 pm." });
    }
  }
  openDeal(draft);
  visit(draft);
}

function openDeal({ sales, lead, traits, time }: Draft): void {
  time.pass("deal");
  const title = `${lead.last_name} residence`;
  const type = traits.dealType === null ? {} : { type: traits.dealType };
  sales("surveys", "create", { id: "@customer.id", title, ...type }, "survey");
}

function visit({ random, sales, end, lead, traits, time }: Draft): void {
  const { time_zone } = lead;
  const [first, second] = traits.appointmentTypes;
  const made = { id: "@customer.id", survey_id: "@survey.id", time_zone };
  const stands = (stage: "appointment_set" | "appointment_sat" | "lost") =>
    sales("surveys", "update", { id: "@survey.id", stage });
  time.pass("note");
  let hour = hourOf(random, time);
  sales("appointments", "create", { ...made, type: first, ...hour }, "appointment");
  stands("appointment_set");
  const id = "@appointment.id";
  if (random.chance(detours.appointmentMoved)) {
    time.pass("confirmation");
    hour = hourOf(random, time);
    sales("appointments", "update", { id, ...hour });
  }
  if (random.chance(detours.appointmentConfirmed)) {
    time.pass("confirmation");
    sales("appointments", "confirm", { id });
  }
  const passAppointment = () => {
    time.passUntil(Date.parse(hour.ends_at));
    time.pass("outcome");
  };
  if (end === "never_sat") {
    const reason = random.pick(reasons.appointment);
    if (random.chance(detours.appointmentCancelledByLead)) {
      time.pass("cancellation");
      sales("appointments", "cancel", { id, reason, asked_by: "customer" });
    } else {
      passAppointment();
      sales("appointments", "update", { id, status: "no_show", outcome: "not_home" });
    }
    time.pass("no_sale");
    stands("lost");
    return;
  }
  passAppointment();
  const outcome = end === "not_interested" ? "sat_not_closed" : "sat_follow_up";
  sales("appointments", "update", { id, status: "completed", outcome });
  stands("appointment_sat");
  if (end === "not_interested") {
    time.pass("no_sale");
    stands("lost");
    return;
  }
  if (random.chance(detours.secondAppointmentCancelled)) {
    sales("appointments", "create", { ...made, type: second, ...hourOf(random, time) }, "second");
    time.pass("cancellation");
    sales("appointments", "cancel", {
      id: "@second.id",
      reason: random.pick(reasons.appointment),
      asked_by: "sales_org",
    });
  }
}

const hourMs = 3_600_000;

/** An hour of a working day that is still to come. */
function hourOf(random: Random, { nowMs }: LeadTime): { starts_at: string; ends_at: string } {
  const [least, most] = waits.appointment;
  const earliestMs = nowMs + random.between(least, most) * hourMs;
  const day = new Date(earliestMs).setUTCHours(0, 0, 0, 0);
  const { first, last } = appointmentHours;
  const hourOfDay = first + (Math.floor(earliestMs / hourMs) % (last - first + 1));
  const startMs = day + hourOfDay * hourMs;
  const at = (ms: number) => new Date(ms).toISOString();
  return { starts_at: at(startMs), ends_at: at(startMs + hourMs) };
}

/** Installer, utility bill, design. */
export function askForDesign(draft: Draft): void {
  const { random, sales, installing, lead, offer, time } = draft;
  time.pass("design_request");
  const id = "@survey.id";
  sales("surveys", "update", { id, epc_id: "@installer.id", stage: "design_requested" });
  if (random.chance(detours.utilityBill)) {
    time.pass("utility_bill");
    const text = `Example Power: ${Math.round(lead.annual_usage_kwh / 12)} kWh`;
    // Without a time of its own it would not be the same the next time.
    const lastModified = time.nowMs;
    const file = new File([text], "bill.txt", { type: "text/plain", lastModified });
    sales("files", "create", { id, category: "utility_bill", file });
  }
  sales("designRequests", "create", { id, target_offset_ratio: 1 }, "design");
  if (random.chance(detours.designStarted)) {
    time.pass("design_start");
    installing("designRequests", "update", { id: "@design.id", status: "in_progress" });
  }
  time.pass("design");
  installing("designRequests", "complete", { id: "@design.id", design: offer.design });
  if (random.chance(detours.designRevised)) {
    time.pass("design_request");
    sales("designRequests", "update", { id: "@design.id", status: "approved" });
    const asked = { id, revision_of: "@design.id", notes: "Avoid the front roof." };
    sales("designRequests", "create", asked, "revision");
    time.pass("design");
    installing("designRequests", "complete", { id: "@revision.id", design: offer.design });
  }
  sales("surveys", "update", { id, stage: "design_complete" });
}
