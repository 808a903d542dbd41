import { appointmentLifecycle } from "../contract/lifecycle.ts";
import { invalid } from "../contract/errors.ts";
import type { OperationInput } from "../contract/operations.ts";
import { Appointment } from "../contract/resources/customer.ts";
import { User } from "../contract/resources/organization.ts";
import { Survey } from "../contract/resources/survey.ts";
import type { CustomerGraph } from "../store/deals.ts";
import { findRecord } from "../store/records.ts";
import { merged, namesAny } from "./changes.ts";
import { command } from "./command.ts";
import { requireOwnUsers } from "./customers.ts";
import { next } from "./lifecycle.ts";
import type { Work } from "./work.ts";

export const createAppointment = command(
  "create_appointment",
  async (work, { params, body }: OperationInput<"createAppointment">) => {
    const graph = await work.openCustomer(params.id);
    requireSchedule(body);
    await requireKnown(work, graph, body);
    const appointment = await work.insert(Appointment, {
      ...body,
      customer_id: graph.customer.id,
      status: "scheduled",
    });
    work.tell("new_appointment", graph, await about(work, appointment));
    return appointment;
  },
);

export const updateAppointment = command(
  "update_appointment",
  async (work, { params, body }: OperationInput<"updateAppointment">) => {
    const { record, graph } = await work.openOfCustomer(Appointment, params.id);
    const values = merged(record, body);
    requireSchedule({ ...record, ...values });
    await requireKnown(work, graph, body);
    const reschedules = moves(record, values);
    const status = statusAfter(record, body, reschedules ? "reschedule" : "change");
    const asksAgain = reschedules && status === "scheduled";
    const { after, changes } = await work.update(Appointment, record, {
      ...(asksAgain && { confirmed_at: null, outcome: null }),
      ...values,
      status,
    });
    if (changes) work.tell("update_appointment", graph, await about(work, after), changes);
    return after;
  },
);

export const confirmAppointment = command(
  "confirm_appointment",
  async (work, { params }: OperationInput<"confirmAppointment">) => {
    const { record, graph } = await work.openOfCustomer(Appointment, params.id);
    const status = next(appointmentLifecycle, {
      status: record.status,
      action: "confirm",
      what: "an appointment",
    });
    const { after, changes } = await work.update(Appointment, record, {
      status,
      confirmed_at: work.now,
    });
    work.tell("confirm_appointment", graph, await about(work, after), changes);
    return after;
  },
);

export const cancelAppointment = command(
  "cancel_appointment",
  async (work, { params, body }: OperationInput<"cancelAppointment">) => {
    const { record, graph } = await work.openOfCustomer(Appointment, params.id);
    const status = next(appointmentLifecycle, {
      status: record.status,
      action: "cancel",
      what: "an appointment",
    });
    const { after, changes } = await work.update(Appointment, record, {
      status,
      cancelled_at: work.now,
      cancel_reason: body.reason,
      cancel_asked_by: body.asked_by,
    });
    work.tell("delete_appointment", graph, await about(work, after), changes);
    return after;
  },
);

const actions = { completed: "complete", no_show: "miss" } as const;

/** Saying what became of it does not open it: what else is changed must be allowed by itself. */
function statusAfter(
  { status }: Appointment,
  { status: wanted, ...rest }: OperationInput<"updateAppointment">["body"],
  edit: "change" | "reschedule",
): Appointment["status"] {
  const after = (action: typeof edit | (typeof actions)[keyof typeof actions]) =>
    next(appointmentLifecycle, { status, action, what: "an appointment" });
  if (!wanted) return after(edit);
  if (namesAny(rest)) after(edit);
  return after(actions[wanted]);
}

/** What events tell of an appointment: who goes, and the deal it is about. */
async function about({ tx }: Work, appointment: Appointment) {
  const { assignee_id, survey_id } = appointment;
  const assignee = assignee_id === null ? null : await findRecord(tx, User, assignee_id);
  const survey = survey_id === null ? null : await findRecord(tx, Survey, survey_id);
  return { appointment, assignee: assignee ?? null, survey: survey ?? null };
}

/** Another start or end; the same instant in another spelling is none. */
const moves = (before: Appointment, values: Record<string, unknown>) =>
  (["starts_at", "ends_at"] as const).some(
    (field) => field in values && Date.parse(String(values[field])) !== Date.parse(before[field]),
  );

function requireSchedule({ starts_at, ends_at }: { starts_at: string; ends_at: string }): void {
  if (Date.parse(starts_at) >= Date.parse(ends_at)) {
    throw invalid("/ends_at", `Must be later than starts_at (${starts_at}), is ${ends_at}`);
  }
}

/** The type is one of the sales organization's, the assignee works for it, and the deal is the customer's. */
async function requireKnown(
  work: Work,
  { customer, sales_org }: CustomerGraph,
  named: {
    type?: string | undefined;
    survey_id?: string | null | undefined;
    assignee_id?: string | null | undefined;
  },
): Promise<void> {
  const types = sales_org.settings.appointment_types;
  if (named.type !== undefined && types.length > 0 && !types.includes(named.type)) {
    throw invalid("/type", `Must be one of ${types.join(", ")}, is ${named.type}`);
  }
  await requireOwnUsers(work, customer.sales_org_id, [named]);
  if (!named.survey_id) return;
  const survey = await findRecord(work.tx, Survey, named.survey_id);
  if (survey?.customer_id !== customer.id) {
    throw invalid("/survey_id", `No deal ${named.survey_id} of this customer`);
  }
}
