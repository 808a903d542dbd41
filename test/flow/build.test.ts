import { describe, expect } from "vitest";
import { givenInstall } from "../deals.ts";
import { givenPair, test } from "../service.ts";
import { only, quiet, refusal, told } from "../told.ts";

const today = () => new Date().toISOString().slice(0, 10);

describe("project_milestone_created", () => {
  test("tells both of the milestone on this install", async ({ service }) => {
    const pair = await givenPair(service);
    const { id } = await givenInstall(pair);

    const { lines, salesOrg, answer } = await told(pair, () =>
      pair.installer.milestones.create({
        id,
        title: "Permit packet",
        task_group: "permit_application",
        due_on: "2026-03-31",
      }),
    );

    expect(lines).toEqual(["project_milestone_created → sales_org, epc"]);
    expect(only(salesOrg, "project_milestone_created").data.milestone).toEqual(answer);
    expect(answer).toMatchObject({ install_id: id, status: "not_started", due_on: "2026-03-31" });
  });

  test("is not fired by the installer's template", async ({ service }) => {
    const pair = await givenPair(service);
    await givenInstall(pair);

    const { lines } = await told(pair, () =>
      pair.installer.organizations.update({
        id: pair.epc.id,
        settings: { milestone_templates: [{ title: "Permit", task_group: "permit_application" }] },
      }),
    );

    expect(lines).toEqual([]);
  });

  test("needs an install that is neither voided nor cancelled", async ({ service }) => {
    const pair = await givenPair(service);
    const { id } = await givenInstall(pair);
    const make = () =>
      pair.installer.milestones.create({ id, title: "Permit", task_group: "other" });
    const milestone = await make();
    const rename = () => pair.installer.milestones.update({ id: milestone.id, title: "Permits" });
    await pair.sales.installs.void({ id, reason: "Loan amount changed" });

    expect(await refusal(pair, make)).toBe("409 install_active");
    expect(await refusal(pair, rename)).toBe("409 install_active");
    await pair.sales.installs.restore({ id });

    expect((await told(pair, rename)).lines).toEqual([
      "project_milestone_updated → sales_org, epc",
    ]);
  });
});

describe("project_milestone_updated", () => {
  test.for([
    { assignee: "Petra Permits" },
    { due_on: "2026-04-01" },
    { title: "Permits" },
    { status: "blocked", blocked_reason: "County asks for a revised plan set" },
  ] as const)("is fired by %j, and not by the same again", async (change, { service }) => {
    const pair = await givenPair(service);
    const { id: installId } = await givenInstall(pair);
    const { milestones } = pair.installer;
    const { id } = await milestones.create({
      id: installId,
      title: "Permit",
      task_group: "permit_application",
    });
    const update = () => milestones.update({ id, ...change });

    const { lines, epc } = await told(pair, update);

    expect(lines).toEqual(["project_milestone_updated → sales_org, epc"]);
    const { changes = {} } = only(epc, "project_milestone_updated");
    expect(Object.keys(changes).toSorted()).toEqual(
      Object.keys(change)
        .map((field) => `milestone.${field}`)
        .toSorted(),
    );
    await quiet(pair, update);
  });

  test("dates the start and the completion, in order", async ({ service }) => {
    const pair = await givenPair(service);
    const { id: installId } = await givenInstall(pair);
    const { milestones } = pair.installer;
    const { id } = await milestones.create({ id: installId, title: "Permit", task_group: "other" });

    const started = await told(pair, () => milestones.update({ id, status: "in_progress" }));
    const early = () => milestones.update({ id, status: "completed", completed_on: "2020-01-01" });
    expect(await refusal(pair, early)).toBe("409 milestone_dates_in_order");
    const completed = await told(pair, () => milestones.update({ id, status: "completed" }));

    expect(only(started.epc, "project_milestone_updated").changes).toEqual({
      "milestone.status": { from: "not_started", to: "in_progress" },
      "milestone.started_on": { from: null, to: today() },
    });
    expect(only(completed.epc, "project_milestone_updated").changes).toEqual({
      "milestone.status": { from: "in_progress", to: "completed" },
      "milestone.completed_on": { from: null, to: today() },
    });
    const late = () =>
      milestones.create({
        id: installId,
        title: "Late",
        task_group: "other",
        started_on: "2026-03-02",
        completed_on: "2026-03-01",
      });
    expect(await refusal(pair, late)).toBe("409 milestone_dates_in_order");
  });
});
