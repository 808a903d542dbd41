import type { CallInput } from "../../src/sdk/client.ts";
import { command, pick, salesOrg } from "./command.ts";
import { anInstant, differs, set, type Appointment } from "./records.ts";

const at = (hour: number) => `2026-12-07T${hour}:00:00.000Z`;

/** Two schedules that an appointment may have. */
const slots = [
  { starts_at: at(18), ends_at: at(19) },
  { starts_at: at(20), ends_at: at(21) },
] as const;

export const createAppointment = command({
  by: salesOrg,
  on: ({ customers }) => customers,
  plan(customer, { model, variant }) {
    const { invalid, ...given } = pick<{ type?: string; ends_at?: string; invalid?: string }>(
      variant,
      [{}, { ends_at: at(18), invalid: "/ends_at" }, { type: "party", invalid: "/type" }],
    );
    const usual = { type: "consultation", ...slots[0], time_zone: "America/Chicago" };
    return {
      input: given,
      call: ({ appointments }) => appointments.create({ id: customer.id, ...usual, ...given }),
      invalid: invalid ?? false,
      tells: ["new_appointment"],
      becomes: ({ id }) =>
        model.appointments.push({
          id,
          customer,
          is: { status: "scheduled", notes: null, outcome: null, confirmed_at: null },
          slot: 0,
        }),
    };
  },
});

type Change = Pick<CallInput<"updateAppointment">, "status" | "notes" | "outcome">;

/** A reschedule asks the customer to confirm again, and what came of the schedule before is forgotten. */
export const updateAppointment = command({
  by: salesOrg,
  on: ({ appointments }) => appointments,
  plan(appointment, { variant }) {
    const { is } = appointment;
    const { slot = appointment.slot, ...given } = pick<Change & { slot?: 0 | 1 }>(variant, [
      { slot: 1 },
      { slot: 0 },
      { notes: "Have a utility bill at hand" },
      { status: "completed" },
      { status: "no_show" },
      { slot: 1, status: "completed" },
      { outcome: "sat_closed" },
    ]);
    const isMoved = slot !== appointment.slot;
    const asksAgain = isMoved && !given.status;
    const values = {
      ...(asksAgain && { status: "scheduled" as const, confirmed_at: null, outcome: null }),
      ...(given as Partial<Appointment["is"]>),
    };
    return {
      input: { slot, ...given },
      call: ({ appointments }) =>
        appointments.update({ id: appointment.id, ...slots[slot], ...given }),
      must: {
        appointment_open: is.status !== "cancelled" && !(isMoved && is.status === "completed"),
      },
      differs: isMoved || differs(appointment, values),
      tells: ["update_appointment"],
      becomes() {
        set(appointment, values);
        appointment.slot = slot;
      },
    };
  },
});

export const confirmAppointment = command({
  by: salesOrg,
  on: ({ appointments }) => appointments,
  plan: (appointment) => ({
    call: ({ appointments }) => appointments.confirm({ id: appointment.id }),
    must: {
      appointment_open: ["scheduled", "confirmed"].includes(appointment.is.status),
      appointment_unconfirmed: appointment.is.status !== "confirmed",
    },
    tells: ["confirm_appointment"],
    becomes: () => set(appointment, { status: "confirmed", confirmed_at: anInstant }),
  }),
});

export const cancelAppointment = command({
  by: salesOrg,
  on: ({ appointments }) => appointments,
  plan: (appointment) => ({
    call: ({ appointments }) =>
      appointments.cancel({ id: appointment.id, reason: "Asked for", asked_by: "customer" }),
    must: { appointment_open: ["scheduled", "confirmed"].includes(appointment.is.status) },
    tells: ["delete_appointment"],
    becomes: () => set(appointment, { status: "cancelled" }),
  }),
});
