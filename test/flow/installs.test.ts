import { describe, expect } from "vitest";
import {
  design,
  givenInstall,
  givenSignedAgreement,
  primary,
  reportWelcomeCall,
  signAll,
} from "../deals.ts";
import { givenPair, test, type Pair } from "../service.ts";
import type { Install } from "../../src/contract/resources/install.ts";
import { only, quiet, refusal, told } from "../told.ts";

const voiding = ({ sales }: Pair, { id }: Install) => {
  return () => sales.installs.void({ id, reason: "Loan amount changed" });
};

describe("submit_install", () => {
  test("counts: a resubmission is fired with the next number", async ({ service }) => {
    const pair = await givenPair(service, { installer: { next_steps_page: true } });
    const { id } = await givenInstall(pair);
    const submit = () => pair.sales.installs.submit({ id });

    const first = await told(pair, submit);
    const second = await told(pair, submit);

    for (const { lines } of [first, second]) {
      expect(lines).toEqual(["submit_install → sales_org, epc"]);
    }
    expect(only(first.epc, "submit_install").changes).toEqual({
      "install.submission_number": { from: 0, to: 1 },
      "install.submitted_at": { from: null, to: first.answer.submitted_at },
    });
    expect(only(second.epc, "submit_install").data.install.submission_number).toBe(2);
  });

  test("gives each of many pushes at once a number of its own", async ({ service }) => {
    const pair = await givenPair(service, { installer: { next_steps_page: true } });
    const { id } = await givenInstall(pair);

    const { epc } = await told(pair, () =>
      Promise.all(Array.from({ length: 6 }, () => pair.sales.installs.submit({ id }))),
    );

    const numbers = epc.map((event) => event.type === "submit_install" && event.data.install);
    expect(numbers).toMatchObject(
      [1, 2, 3, 4, 5, 6].map((submission_number) => ({ submission_number })),
    );
  });

  test("needs the installer's next-steps page and an active install", async ({ service }) => {
    const pair = await givenPair(service);
    const install = await givenInstall(pair);
    const submit = () => pair.sales.installs.submit({ id: install.id });

    expect(await refusal(pair, submit)).toBe("409 next_steps_page_on");
    await pair.installer.organizations.update({
      id: pair.epc.id,
      settings: { next_steps_page: true },
    });
    await voiding(pair, install)();
    expect(await refusal(pair, submit)).toBe("409 install_active");
    await pair.sales.installs.restore({ id: install.id });

    expect((await told(pair, submit)).lines).toEqual(["submit_install → sales_org, epc"]);
  });
});

describe("update_install", () => {
  test("tells both of a changed field, once", async ({ service }) => {
    const pair = await givenPair(service);
    const { id } = await givenInstall(pair);
    const update = () =>
      pair.installer.installs.update({ id, stage: "Permitting", scheduled_on: "2026-04-20" });

    const { lines, salesOrg } = await told(pair, update);

    expect(lines).toEqual(["update_install → sales_org, epc"]);
    expect(only(salesOrg, "update_install").changes).toEqual({
      "install.stage": { from: null, to: "Permitting" },
      "install.scheduled_on": { from: null, to: "2026-04-20" },
    });
    await quiet(pair, update);
  });

  test("hides from each side what is the other's, also that it changed", async ({ service }) => {
    const pair = await givenPair(service);
    const { id } = await givenInstall(pair);

    const ours = await told(pair, () => pair.sales.installs.update({ id, commission_cents: 1 }));
    const theirs = await told(pair, () =>
      pair.installer.installs.update({ id, install_cost_cents: 2, stage: "Permitting" }),
    );

    expect(ours.answer.commission_cents).toBe(1);
    expect(only(ours.salesOrg, "update_install").changes).toEqual({
      "install.commission_cents": { from: null, to: 1 },
    });
    expect(only(ours.epc, "update_install")).not.toHaveProperty("changes");
    expect(theirs.answer).not.toHaveProperty("commission_cents");
    expect(only(theirs.salesOrg, "update_install").changes).toEqual({
      "install.stage": { from: null, to: "Permitting" },
    });
    expect(only(theirs.epc, "update_install").changes).toMatchObject({
      "install.install_cost_cents": { from: null, to: 2 },
    });
  });

  test("is fired by a cancellation and by taking up again", async ({ service }) => {
    const pair = await givenPair(service);
    const { id } = await givenInstall(pair);
    const become = (status: "active" | "cancelled") => () =>
      pair.installer.installs.update({ id, status });

    const cancelled = await told(pair, become("cancelled"));
    await quiet(pair, become("cancelled"));
    const active = await told(pair, become("active"));

    expect(cancelled.lines).toEqual(["update_install → sales_org, epc"]);
    expect(only(cancelled.epc, "update_install").changes).toEqual({
      "install.status": { from: "active", to: "cancelled" },
    });
    expect(active.lines).toEqual(["update_install → sales_org, epc"]);
  });

  test("is fired by the completion of the install, once", async ({ service }) => {
    const pair = await givenPair(service);
    const { id } = await givenInstall(pair);
    const complete = () => pair.installer.installs.complete({ id });

    const { lines, epc } = await told(pair, complete);

    expect(lines).toEqual(["update_install → sales_org, epc"]);
    expect(only(epc, "update_install").changes).toMatchObject({
      "install.status": { from: "active", to: "complete" },
    });
    expect(await refusal(pair, complete)).toBe("409 install_active");
    const cancel = () => pair.installer.installs.update({ id, status: "cancelled" });
    expect(await refusal(pair, cancel)).toBe("409 install_not_complete");
  });

  test("is fired once by a void, with the contract that became void", async ({ service }) => {
    const pair = await givenPair(service);
    const install = await givenInstall(pair);

    const { lines, epc, answer } = await told(pair, voiding(pair, install));

    expect(lines).toEqual(["update_install → sales_org, epc"]);
    expect(only(epc, "update_install")).toMatchObject({
      changes: {
        "install.status": { from: "active", to: "voided" },
        "install.voided_at": { from: null, to: answer.voided_at },
        "install.void_reason": { from: null, to: "Loan amount changed" },
        "agreement.status": { from: "signed", to: "voided" },
        "agreement.voided_at": { from: null, to: answer.voided_at },
      },
      data: { agreement: { status: "voided" }, install: { status: "voided" } },
    });
    expect(await refusal(pair, voiding(pair, install))).toBe("409 install_active");
  });

  test("of others does not exist", async ({ service }) => {
    const pair = await givenPair(service);
    const other = await givenPair(service);
    const { id } = await givenInstall(pair);
    const { installs, installNotes, milestones, changeOrders } = other.installer;

    for (const step of [
      () => installs.update({ id, stage: "Mine" }),
      () => installs.submit({ id }),
      () => installs.void({ id, reason: "Mine" }),
      () => installs.restore({ id }),
      () => installs.complete({ id }),
      () => installNotes.create({ id, body: "Mine" }),
      () => milestones.create({ id, title: "Mine", task_group: "other" }),
      () =>
        changeOrders.create({
          id,
          reason: "Mine",
          changes: { contract_price_cents: 1 },
          signers: [primary],
        }),
    ]) {
      expect(await refusal(pair, step)).toBe("404 not_found");
    }
  });
});

describe("restore_install", () => {
  test("is fired by undoing the void, alone", async ({ service }) => {
    const pair = await givenPair(service);
    const install = await givenInstall(pair);
    const restore = () => pair.sales.installs.restore({ id: install.id });
    expect(await refusal(pair, restore)).toBe("409 install_voided");
    await voiding(pair, install)();

    const { lines, epc, answer } = await told(pair, restore);

    expect(lines).toEqual(["restore_install → sales_org, epc"]);
    expect(only(epc, "restore_install")).toMatchObject({
      changes: {
        "install.status": { from: "voided", to: "active" },
        "agreement.status": { from: "voided", to: "signed" },
      },
      data: { agreement: { status: "signed", voided_at: null } },
    });
    expect(answer).toMatchObject({ id: install.id, voided_at: null, void_reason: null });
  });

  test("is fired by a newly signed agreement on the same install, without a second new_install", async ({
    service,
  }) => {
    const pair = await givenPair(service);
    const install = await givenInstall(pair);
    const { survey_id } = install;
    await voiding(pair, install)();
    const request = await pair.sales.designRequests.create({ id: survey_id });
    await pair.installer.designRequests.complete({ id: request.id, design: design(10.53) });
    const proposal = await pair.sales.proposals.create({
      id: survey_id,
      pricing: { contract_price_cents: 3_556_000 },
      finance: { type: "cash" },
    });
    await pair.sales.proposals.finalize({ id: proposal.id });
    const agreement = await pair.sales.agreements.create({ id: proposal.id, signers: [primary] });
    const restore = () => pair.sales.installs.restore({ id: install.id });
    expect(await refusal(pair, restore)).toBe("409 one_live_agreement");

    const { lines, epc } = await told(pair, () => signAll(pair, agreement));

    expect(lines).toEqual(["signed_agreement → sales_org", "restore_install → sales_org, epc"]);
    const { data, changes } = only(epc, "restore_install");
    expect(data.install).toMatchObject({
      id: install.id,
      number: install.number,
      status: "active",
      agreement_id: agreement.id,
      finance_type: "cash",
      contract_price_cents: 3_556_000,
      system_size_dc_kw: 10.53,
    });
    expect(changes).toMatchObject({
      "install.agreement_id": { from: install.agreement_id, to: agreement.id },
      "install.contract_price_cents": { from: 3_456_000, to: 3_556_000 },
    });
    const { data: installs } = await pair.sales.installs.list({ survey_id });
    expect(installs).toHaveLength(1);
    expect(await refusal(pair, restore)).toBe("409 install_voided");
  });

  test("waits in the mode approved for the new agreement's approval", async ({ service }) => {
    const pair = await givenPair(service, { installer: { agreement_mode: "approved" } });
    const install = await givenInstall(pair);
    await voiding(pair, install)();
    const { proposal_id } = await pair.sales.agreements.get({ id: install.agreement_id });
    const agreement = await pair.sales.agreements.create({ id: proposal_id, signers: [primary] });

    const signed = await told(pair, () => signAll(pair, agreement));
    const approved = await told(pair, () =>
      pair.installer.agreements.approve({ id: agreement.id }),
    );

    expect(signed.lines).toEqual(["signed_agreement → sales_org"]);
    expect(approved.lines).toEqual(["restore_install → sales_org, epc"]);
  });

  test("is fired once when it is restored twice at once", async ({ service }) => {
    const pair = await givenPair(service);
    const install = await givenInstall(pair);
    await voiding(pair, install)();
    const restore = () => pair.sales.installs.restore({ id: install.id });

    const { lines } = await told(pair, () => Promise.allSettled([restore(), restore()]));

    expect(lines).toEqual(["restore_install → sales_org, epc"]);
  });
});

describe("new_install_note", () => {
  test("tells both, and is no new_note", async ({ service }) => {
    const pair = await givenPair(service);
    const { id } = await givenInstall(pair);

    const { lines, salesOrg } = await told(pair, () =>
      pair.installer.installNotes.create({ id, body: "Crew of three, two days." }),
    );

    expect(lines).toEqual(["new_install_note → sales_org, epc"]);
    expect(only(salesOrg, "new_install_note").data.install_note).toMatchObject({
      install_id: id,
      body: "Crew of three, two days.",
    });
  });
});

describe("callpilot_welcome_call_completed", () => {
  test("tells both once, however often the call is reported", async ({ service }) => {
    const pair = await givenPair(service);
    const { survey_id, id } = await givenInstall(pair);
    const { secret } = await service.operator.callpilotSecrets.create({ id: pair.salesOrg.id });
    const report = () => reportWelcomeCall(pair, { secret, survey_id });

    const { lines, epc, answer } = await told(pair, () => Promise.all([report(), report()]));
    const later = await quiet(pair, report);

    expect(answer.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 201]);
    expect(later.status).toBe(200);
    expect(lines).toEqual(["callpilot_welcome_call_completed → sales_org, epc"]);
    expect(only(epc, "callpilot_welcome_call_completed")).toMatchObject({
      actor: { kind: "callpilot" },
      data: {
        welcome_call: {
          install_id: id,
          call_id: "call-1",
          recording_consent_at: "2026-03-11T16:01:00.000Z",
          answers: [{ question: "Do you know the first monthly payment?", answer: "Yes" }],
        },
      },
    });
  });

  test("needs an install", async ({ service }) => {
    const pair = await givenPair(service, { installer: { agreement_mode: "approved" } });
    const { survey_id } = await givenSignedAgreement(pair);
    const { secret } = await service.operator.callpilotSecrets.create({ id: pair.salesOrg.id });

    const answer = await quiet(pair, () => reportWelcomeCall(pair, { secret, survey_id }));

    expect(await answer.json()).toMatchObject({ status: 409, rule: "install_exists" });
  });

  test("is refused without the organization's own signature", async ({ service }) => {
    const pair = await givenPair(service);
    const { survey_id } = await givenInstall(pair);
    const first = await service.operator.callpilotSecrets.create({ id: pair.salesOrg.id });
    const other = await service.operator.callpilotSecrets.create({ id: pair.epc.id });
    const second = await service.operator.callpilotSecrets.create({ id: pair.salesOrg.id });

    for (const { secret } of [first, other]) {
      const answer = await quiet(pair, () => reportWelcomeCall(pair, { secret, survey_id }));
      expect(await answer.json()).toMatchObject({ status: 401, code: "bad_signature" });
    }
    const { lines } = await told(pair, () => reportWelcomeCall(pair, { ...second, survey_id }));
    expect(lines).toEqual(["callpilot_welcome_call_completed → sales_org, epc"]);
  });

  test("does not know the deals of others", async ({ service }) => {
    const pair = await givenPair(service);
    const other = await givenPair(service);
    const { survey_id } = await givenInstall(pair);
    const { secret } = await service.operator.callpilotSecrets.create({ id: other.salesOrg.id });

    const answer = await quiet(pair, () => reportWelcomeCall(other, { secret, survey_id }));

    expect(answer.status).toBe(404);
  });
});
