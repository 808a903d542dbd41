import { describe, expect } from "vitest";
import { siteDay } from "../../src/flow/siteDay.ts";
import { givenDeal, givenInstall } from "../deals.ts";
import { givenCustomer, givenPair, test, type Pair } from "../service.ts";
import { only, refusal, told } from "../told.ts";

/** A milestone of a new install whose site is in a time zone, and how it is changed. */
async function givenMilestone(pair: Pair, time_zone: string | null = null) {
  const customer = await givenCustomer(pair, { time_zone });
  const survey = await givenDeal(pair, { customer });
  const install = await givenInstall(pair, { survey });
  const { milestones } = pair.installer;
  const { id } = await milestones.create({ id: install.id, title: "Permit", task_group: "other" });
  return (change: object) => told(pair, () => milestones.update({ id, ...change }));
}

describe("a milestone", () => {
  test("that is reopened loses its completion, and is completed on another day", async ({
    service,
  }) => {
    const pair = await givenPair(service);
    const update = await givenMilestone(pair);
    const today = siteDay(new Date().toISOString(), { time_zone: null });
    await update({ status: "completed", started_on: "2026-03-01", completed_on: "2026-03-02" });

    const renamed = await update({ status: "completed", title: "Permits" });
    const reopened = await update({ status: "in_progress" });
    const again = await update({ status: "completed" });

    expect(renamed.answer.completed_on).toBe("2026-03-02");
    expect(only(reopened.epc, "project_milestone_updated").changes).toEqual({
      "milestone.status": { from: "completed", to: "in_progress" },
      "milestone.completed_on": { from: "2026-03-02", to: null },
    });
    expect(reopened.answer.started_on).toBe("2026-03-01");
    expect(again.answer.completed_on).toBeOneOf([today, dayNow(null)]);
  });

  test("that is no longer blocked loses the reason", async ({ service }) => {
    const pair = await givenPair(service);
    const update = await givenMilestone(pair);
    await update({ status: "blocked", blocked_reason: "County asks for a revised plan set" });

    const assigned = await update({ assignee: "Petra Permits" });
    const unblocked = await update({ status: "in_progress" });

    expect(assigned.answer.blocked_reason).toBe("County asks for a revised plan set");
    expect(only(unblocked.epc, "project_milestone_updated").changes).toMatchObject({
      "milestone.status": { from: "blocked", to: "in_progress" },
      "milestone.blocked_reason": { from: "County asks for a revised plan set", to: null },
    });
  });

  test("keeps what is said when it leaves a status", async ({ service }) => {
    const pair = await givenPair(service);
    const update = await givenMilestone(pair);
    await update({ status: "completed", completed_on: "2026-03-02" });

    const blocked = await update({
      status: "blocked",
      blocked_reason: "The inspector was not let in",
      completed_on: "2026-03-02",
    });

    expect(blocked.answer).toMatchObject({
      completed_on: "2026-03-02",
      blocked_reason: "The inspector was not let in",
    });
  });

  // There is no moment at which both have the day of UTC.
  test.for(["Pacific/Kiritimati", "Pacific/Pago_Pago"])(
    "is started and completed on the day it is in %s",
    async (timeZone, { service }) => {
      const pair = await givenPair(service);
      const update = await givenMilestone(pair, timeZone);
      const before = dayNow(timeZone);

      const { answer: started } = await update({ status: "in_progress" });
      const { answer: completed } = await update({ status: "completed" });

      const days = [before, dayNow(timeZone)];
      expect(started.started_on).toBeOneOf(days);
      expect(completed.completed_on).toBeOneOf(days);
    },
  );

  test.for(["Pacific/Kiritimati", "Pacific/Pago_Pago"])(
    "from a template is due so many days after the day it is in %s",
    async (timeZone, { service }) => {
      const template = { title: "Permit", task_group: "other", due_in_days: 0 } as const;
      const pair = await givenPair(service, { installer: { milestone_templates: [template] } });
      const customer = await givenCustomer(pair, { time_zone: timeZone });
      const before = dayNow(timeZone);

      const install = await givenInstall(pair, { survey: await givenDeal(pair, { customer }) });

      const { data } = await pair.installer.milestones.list({ id: install.id });
      expect(data.map(({ due_on }) => due_on)).toEqual([
        expect.toBeOneOf([before, dayNow(timeZone)]),
      ]);
    },
  );

  test("is not completed before the day it was started", async ({ service }) => {
    const pair = await givenPair(service);
    const update = await givenMilestone(pair);
    await update({ started_on: "2026-03-02" });

    const early = () => update({ status: "completed", completed_on: "2026-03-01" });

    expect(await refusal(pair, early)).toBe("409 milestone_dates_in_order");
  });
});

const dayNow = (time_zone: string | null) => siteDay(new Date().toISOString(), { time_zone });
