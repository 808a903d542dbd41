import { describe, expect } from "vitest";
import { UserSummary } from "../../src/contract/resources/organization.ts";
import { givenDeal } from "../deals.ts";
import { givenCustomer, givenPair, givenUser, test, type Pair } from "../service.ts";
import { only, quiet, refusal, told } from "../told.ts";

const day = (hour: number) => `2026-12-07T${hour}:00:00.000Z`;
const schedule = { starts_at: day(18), ends_at: day(19), time_zone: "America/Chicago" };

async function givenAppointment(pair: Pair) {
  const { id } = await givenCustomer(pair);
  return pair.sales.appointments.create({ id, type: "consultation", ...schedule });
}

describe("new_appointment", () => {
  test("tells the sales organization, also when the customer has an installer", async ({
    service,
  }) => {
    const pair = await givenPair(service, { sales: { appointment_types: ["consultation"] } });
    const deal = await givenDeal(pair);

    const { answer, lines, salesOrg } = await told(pair, () =>
      pair.sales.appointments.create({
        id: deal.customer_id,
        survey_id: deal.id,
        type: "consultation",
        assignee_id: pair.rep.id,
        ...schedule,
        starts_at: "2026-12-07T12:00:00-06:00",
      }),
    );

    expect(lines).toEqual(["new_appointment → sales_org"]);
    const { data } = only(salesOrg, "new_appointment");
    expect(data.appointment).toEqual(answer);
    expect(data.survey).toEqual(deal);
    expect(data.assignee).toMatchObject({
      id: pair.rep.id,
      name: "Rowan Rep",
      email: "rowan.rep@example.com",
      role: "sales_rep",
    });
    expect(answer).toMatchObject({ status: "scheduled", starts_at: day(18), version: 1 });
  });

  test("needs a customer, a start before the end, and a type of the company", async ({
    service,
  }) => {
    const pair = await givenPair(service, { sales: { appointment_types: ["consultation"] } });
    const { id } = await givenCustomer(pair);
    const make = (given: object) => () =>
      pair.sales.appointments.create({ id, type: "consultation", ...schedule, ...given });

    expect(await refusal(pair, make({ id: "cus_01kb8x3f5wemztqk0k6y2v9d4a" }))).toBe(
      "404 not_found",
    );
    expect(await refusal(pair, make({ ends_at: day(18) }))).toBe("422 invalid /ends_at");
    expect(await refusal(pair, make({ ends_at: day(17) }))).toBe("422 invalid /ends_at");
    expect(await refusal(pair, make({ type: "party" }))).toBe("422 invalid /type");
  });

  test("does not take the deal or the people of others", async ({ service }) => {
    const pair = await givenPair(service);
    const { id } = await givenCustomer(pair);
    const other = await givenDeal(pair);
    const stranger = await givenUser(service, pair.epc.id);
    const make = (given: object) => () =>
      pair.sales.appointments.create({ id, type: "consultation", ...schedule, ...given });

    expect(await refusal(pair, make({ survey_id: other.id }))).toBe("422 invalid /survey_id");
    expect(await refusal(pair, make({ assignee_id: stranger.id }))).toBe(
      "422 invalid /assignee_id",
    );
  });
});

describe("update_appointment", () => {
  test("is fired by a reschedule, a new assignee, an outcome, and notes", async ({ service }) => {
    const pair = await givenPair(service);
    const { id } = await givenAppointment(pair);
    const update = (given: object) =>
      told(pair, () => pair.sales.appointments.update({ id, ...given }));

    const moved = await update({ ends_at: day(20) });
    const assigned = await update({ assignee_id: pair.rep.id });
    const noted = await update({ internal_notes: "Two decision makers." });
    const over = await update({ status: "completed", outcome: "sat_closed" });

    for (const { lines } of [moved, assigned, noted, over]) {
      expect(lines).toEqual(["update_appointment → sales_org"]);
    }
    expect(only(moved.salesOrg, "update_appointment").changes).toEqual({
      "appointment.ends_at": { from: day(19), to: day(20) },
    });
    expect(only(moved.salesOrg, "update_appointment").data).toMatchObject({
      assignee: null,
      survey: null,
    });
    expect(only(assigned.salesOrg, "update_appointment").data.assignee).toEqual(
      UserSummary.parse(pair.rep),
    );
    expect(only(assigned.salesOrg, "update_appointment").changes).toEqual({
      "appointment.assignee_id": { from: null, to: pair.rep.id },
    });
    expect(only(over.salesOrg, "update_appointment").changes).toEqual({
      "appointment.status": { from: "scheduled", to: "completed" },
      "appointment.outcome": { from: null, to: "sat_closed" },
    });
  });

  test("clears the outcome of a schedule that is over when it is rescheduled", async ({
    service,
  }) => {
    const pair = await givenPair(service);
    const { id } = await givenAppointment(pair);
    const update = (given: object) => () => pair.sales.appointments.update({ id, ...given });
    await update({ status: "no_show", outcome: "no_show" })();

    const noted = await update({ notes: "Rang twice" })();
    const moved = await told(pair, update({ ends_at: day(20) }));
    const given = await update({ ends_at: day(21), outcome: "sat_follow_up" })();

    expect(noted.outcome).toBe("no_show");
    expect(only(moved.salesOrg, "update_appointment").changes).toEqual({
      "appointment.status": { from: "no_show", to: "scheduled" },
      "appointment.ends_at": { from: day(19), to: day(20) },
      "appointment.outcome": { from: "no_show", to: null },
    });
    expect(given.outcome).toBe("sat_follow_up");
  });

  test("is refused for the schedule of one that is over, also beside a status", async ({
    service,
  }) => {
    const pair = await givenPair(service);
    const { id } = await givenAppointment(pair);
    const update = (given: object) => () => pair.sales.appointments.update({ id, ...given });
    const late = { ends_at: day(20) };
    const over = await update({ status: "completed", ...late })();
    expect(over).toMatchObject({ status: "completed", ends_at: day(20) });

    const moved = { ends_at: day(21) };
    for (const status of [undefined, "completed", "no_show"] as const) {
      expect(await refusal(pair, update({ ...moved, status }))).toBe("409 appointment_open");
    }
    const corrected = await update({ status: "no_show", outcome: "not_home", ...late })();
    expect(corrected).toMatchObject({ status: "no_show", outcome: "not_home" });
  });

  test("is not fired by the same schedule in another spelling", async ({ service }) => {
    const pair = await givenPair(service);
    const before = await givenAppointment(pair);
    await pair.sales.appointments.confirm({ id: before.id });

    const after = await quiet(pair, () =>
      pair.sales.appointments.update({ id: before.id, starts_at: "2026-12-07T12:00:00-06:00" }),
    );

    expect(after).toMatchObject({ status: "confirmed", version: 2 });
  });

  test("is refused when the start would not be before the end", async ({ service }) => {
    const pair = await givenPair(service);
    const { id } = await givenAppointment(pair);

    const late = () => pair.sales.appointments.update({ id, starts_at: day(19) });

    expect(await refusal(pair, late)).toBe("422 invalid /ends_at");
  });
});

describe("confirm_appointment", () => {
  test("is fired alone, once per schedule; a reschedule asks again", async ({ service }) => {
    const pair = await givenPair(service);
    const { id } = await givenAppointment(pair);
    const confirm = () => pair.sales.appointments.confirm({ id });

    const first = await told(pair, confirm);
    expect(await refusal(pair, confirm)).toBe("409 appointment_unconfirmed");
    const moved = await told(pair, () =>
      pair.sales.appointments.update({ id, starts_at: day(20), ends_at: day(21) }),
    );
    const second = await told(pair, confirm);

    expect(first.lines).toEqual(["confirm_appointment → sales_org"]);
    expect(only(first.salesOrg, "confirm_appointment").changes).toEqual({
      "appointment.status": { from: "scheduled", to: "confirmed" },
      "appointment.confirmed_at": { from: null, to: first.answer.confirmed_at },
    });
    expect(moved.lines).toEqual(["update_appointment → sales_org"]);
    expect(moved.answer).toMatchObject({ status: "scheduled", confirmed_at: null });
    expect(only(moved.salesOrg, "update_appointment").changes).toMatchObject({
      "appointment.status": { from: "confirmed", to: "scheduled" },
      "appointment.confirmed_at": { from: first.answer.confirmed_at, to: null },
    });
    expect(second.lines).toEqual(["confirm_appointment → sales_org"]);
  });

  test("is fired once when it is confirmed twice at once", async ({ service }) => {
    const pair = await givenPair(service);
    const { id } = await givenAppointment(pair);
    const confirm = () => pair.sales.appointments.confirm({ id });

    const { answer, lines } = await told(pair, () => Promise.allSettled([confirm(), confirm()]));

    expect(answer.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
    expect(lines).toEqual(["confirm_appointment → sales_org"]);
  });
});

describe("delete_appointment", () => {
  test("is fired alone, with reason and who asked", async ({ service }) => {
    const pair = await givenPair(service);
    const { id } = await givenAppointment(pair);
    await pair.sales.appointments.confirm({ id });

    const { lines, salesOrg, answer } = await told(pair, () =>
      pair.sales.appointments.cancel({ id, reason: "Ill", asked_by: "customer" }),
    );

    expect(lines).toEqual(["delete_appointment → sales_org"]);
    expect(only(salesOrg, "delete_appointment").changes).toEqual({
      "appointment.status": { from: "confirmed", to: "cancelled" },
      "appointment.cancelled_at": { from: null, to: answer.cancelled_at },
      "appointment.cancel_reason": { from: null, to: "Ill" },
      "appointment.cancel_asked_by": { from: null, to: "customer" },
    });
  });

  test("is the end: nothing can be done with a cancelled appointment", async ({ service }) => {
    const pair = await givenPair(service);
    const { id } = await givenAppointment(pair);
    const { appointments } = pair.sales;
    const cancel = () => appointments.cancel({ id, reason: "Ill", asked_by: "customer" });
    await cancel();

    for (const step of [
      cancel,
      () => appointments.confirm({ id }),
      () => appointments.update({ id, notes: "Bring a bill" }),
      () => appointments.update({ id, starts_at: day(17) }),
      () => appointments.update({ id, status: "completed" }),
    ]) {
      expect(await refusal(pair, step)).toBe("409 appointment_open");
    }
  });

  test("of others does not exist", async ({ service }) => {
    const pair = await givenPair(service);
    const other = await givenPair(service);
    const { id } = await givenAppointment(pair);

    for (const step of [
      () => other.sales.appointments.cancel({ id, reason: "Mine", asked_by: "me" }),
      () => other.sales.appointments.confirm({ id }),
      () => other.sales.appointments.update({ id, notes: "Mine" }),
    ]) {
      expect(await refusal(pair, step)).toBe("404 not_found");
    }
  });
});
