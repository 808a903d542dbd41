import { describe, expect } from "vitest";
import { coSigner, givenInstall, givenPair, primary, test, type Pair } from "../service.ts";
import type { Install } from "../../src/contract/resources/install.ts";
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

async function givenChangeOrder(pair: Pair, { id }: Install, changes: object) {
  return pair.sales.changeOrders.create({
    id,
    reason: "Two modules more on the garage",
    changes,
    signers: [primary, coSigner],
  });
}

const signing = (
  { sales }: Pair,
  order: { id: string; signers: readonly { id: string }[] },
  position: number,
) => {
  return () =>
    sales.changeOrders.sign({ id: order.id, signer_id: order.signers[position]?.id ?? "" });
};

describe("signed_change_order", () => {
  const modules = [{ manufacturer: "Example Modules", model: "EX-405", watts: 405, count: 26 }];

  test("is fired by the last signature, alone, with the changes applied to the install", async ({
    service,
  }) => {
    const pair = await givenPair(service);
    const install = await givenInstall(pair);
    const made = await told(pair, () =>
      givenChangeOrder(pair, install, { contract_price_cents: 3_600_000, modules }),
    );
    const order = made.answer;

    const first = await told(pair, signing(pair, order, 1));
    const between = await pair.sales.installs.get({ id: install.id });
    const last = await told(pair, signing(pair, order, 0));

    expect(made.lines).toEqual([]);
    expect(first.lines).toEqual([]);
    expect(between).toEqual(install);
    expect(last.lines).toEqual(["signed_change_order → sales_org, epc"]);
    const changed = {
      contract_price_cents: { from: 3_456_000, to: 3_600_000 },
      modules: { from: install.modules, to: modules },
    };
    expect(only(last.epc, "signed_change_order")).toMatchObject({
      changes: {
        "install.contract_price_cents": changed.contract_price_cents,
        "install.modules": changed.modules,
      },
      data: {
        install: { contract_price_cents: 3_600_000, modules, version: install.version + 1 },
        change_order: { id: order.id, status: "signed", changes: changed },
      },
    });
    expect(await refusal(pair, signing(pair, order, 0))).toBe("409 change_order_pending");
  });

  test("says what it replaces when another one was signed meanwhile", async ({ service }) => {
    const pair = await givenPair(service);
    const install = await givenInstall(pair);
    const one = await givenChangeOrder(pair, install, { contract_price_cents: 3_600_000 });
    const two = await givenChangeOrder(pair, install, {
      contract_price_cents: 3_700_000,
      system_size_dc_kw: 10.53,
    });
    for (const position of [0, 1]) await signing(pair, one, position)();
    await signing(pair, two, 0)();

    const { epc, answer } = await told(pair, signing(pair, two, 1));

    expect(two.changes.contract_price_cents).toEqual({ from: 3_456_000, to: 3_700_000 });
    expect(answer.changes).toEqual({
      contract_price_cents: { from: 3_600_000, to: 3_700_000 },
      system_size_dc_kw: { from: 9.72, to: 10.53 },
    });
    expect(only(epc, "signed_change_order").changes).toEqual({
      "install.contract_price_cents": { from: 3_600_000, to: 3_700_000 },
      "install.system_size_dc_kw": { from: 9.72, to: 10.53 },
    });
  });

  test("is fired once when both sign at the same time", async ({ service }) => {
    const pair = await givenPair(service);
    const install = await givenInstall(pair);
    const order = await givenChangeOrder(pair, install, { contract_price_cents: 3_600_000 });

    const { lines } = await told(pair, () =>
      Promise.all([signing(pair, order, 0)(), signing(pair, order, 1)()]),
    );

    expect(lines).toEqual(["signed_change_order → sales_org, epc"]);
  });

  test("is not fired for a change order that changes nothing", async ({ service }) => {
    const pair = await givenPair(service);
    const install = await givenInstall(pair);
    const { contract_price_cents, system_size_dc_kw } = install;

    const make = () =>
      givenChangeOrder(pair, install, {
        contract_price_cents,
        system_size_dc_kw,
        modules: install.modules,
      });

    expect(await refusal(pair, make)).toBe("409 changes_something");
    const order = await givenChangeOrder(pair, install, {
      contract_price_cents: 1,
      system_size_dc_kw,
    });
    expect(Object.keys(order.changes)).toEqual(["contract_price_cents"]);
  });

  test("is not fired for a voided change order", async ({ service }) => {
    const pair = await givenPair(service);
    const install = await givenInstall(pair);
    const order = await givenChangeOrder(pair, install, { contract_price_cents: 1 });
    const discard = () => pair.sales.changeOrders.void({ id: order.id });

    expect((await told(pair, discard)).lines).toEqual([]);
    expect(await refusal(pair, discard)).toBe("409 change_order_pending");
    expect(await refusal(pair, signing(pair, order, 0))).toBe("409 change_order_pending");
  });

  test("waits while the install is voided, and takes a signature of each once", async ({
    service,
  }) => {
    const pair = await givenPair(service);
    const install = await givenInstall(pair);
    const { id } = install;
    const order = await givenChangeOrder(pair, install, { contract_price_cents: 1 });
    await signing(pair, order, 0)();
    expect(await refusal(pair, signing(pair, order, 0))).toBe("409 signer_unsigned");
    await pair.sales.installs.void({ id, reason: "Loan amount changed" });

    const make = () => givenChangeOrder(pair, install, { contract_price_cents: 2 });
    expect(await refusal(pair, make)).toBe("409 install_active");
    expect(await refusal(pair, signing(pair, order, 1))).toBe("409 install_active");
    await pair.sales.installs.restore({ id });

    expect((await told(pair, signing(pair, order, 1))).lines).toEqual([
      "signed_change_order → sales_org, epc",
    ]);
  });
});
