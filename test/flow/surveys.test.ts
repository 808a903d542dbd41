import { createHash } from "node:crypto";
import { describe, expect } from "vitest";
import {
  design,
  givenAgreement,
  givenDeal,
  givenInstall,
  reportWelcomeCall,
  signAll,
} from "../deals.ts";
import {
  givenCustomer,
  givenInstaller,
  givenClient,
  givenPair,
  test,
  eventsOf,
  type Pair,
} from "../service.ts";
import { only, quiet, refusal, told } from "../told.ts";

describe("new_survey", () => {
  test("tells the sales organization alone, even of a deal that has an installer", async ({
    service,
  }) => {
    const pair = await givenPair(service, { sales: { deal_types: ["residential", "battery"] } });
    const { id } = await givenCustomer(pair);

    const { answer, lines, salesOrg } = await told(pair, () =>
      pair.sales.surveys.create({ id, epc_id: pair.epc.id }),
    );

    expect(lines).toEqual(["new_survey → sales_org"]);
    expect(answer).toMatchObject({ type: "residential", stage: "new", epc_id: pair.epc.id });
    const { data, changes } = only(salesOrg, "new_survey");
    expect(changes).toBeUndefined();
    expect(data).toMatchObject({
      survey: answer,
      epc: { id: pair.epc.id },
      proposal: null,
      agreement: null,
      install: null,
    });
  });

  test("needs a deal type of the company and an installer it works with", async ({ service }) => {
    const pair = await givenPair(service, { sales: { deal_types: ["residential"] } });
    const { id } = await givenCustomer(pair);
    const stranger = await givenInstaller(service);
    const open = (given: object) => () => pair.sales.surveys.create({ id, ...given });

    expect(await refusal(pair, open({ type: "castle" }))).toBe("422 invalid /type");
    expect(await refusal(pair, open({ epc_id: stranger.id }))).toBe("409 partnership_exists");
    expect(await refusal(pair, open({ epc_id: pair.salesOrg.id }))).toBe("409 partnership_exists");
    expect(await refusal(pair, open({ stage: "completed" }))).toBe("409 deal_completed_by_command");
  });
});

describe("update_survey", () => {
  test("tells the sales organization alone while no installer is chosen", async ({ service }) => {
    const pair = await givenPair(service);
    const { id } = await givenDeal(pair, { epc_id: null });

    const { lines, salesOrg } = await told(pair, () =>
      pair.sales.surveys.update({ id, stage: "appointment_set" }),
    );

    expect(lines).toEqual(["update_survey → sales_org"]);
    expect(only(salesOrg, "update_survey").changes).toEqual({
      "survey.stage": { from: "new", to: "appointment_set" },
    });
  });

  test("is how an installer first learns of a deal, with all that he needs", async ({
    service,
  }) => {
    const pair = await givenPair(service);
    const { id } = await givenDeal(pair, { epc_id: null });

    const { lines, epc } = await told(pair, () =>
      pair.sales.surveys.update({ id, epc_id: pair.epc.id }),
    );

    expect(lines).toEqual(["update_survey → sales_org, epc"]);
    const { data, changes } = only(epc, "update_survey");
    expect(changes).toEqual({ "survey.epc_id": { from: null, to: pair.epc.id } });
    expect(data.customer).toMatchObject({
      last_name: "Sample",
      phone: "+15555550101",
      address: { street: "100 Example Way", zip: "75001" },
    });
    expect(data.customer).not.toHaveProperty("lead_source");
    expect(data.epc).toMatchObject({ id: pair.epc.id });
  });

  test("goes to the new installer when another one is chosen, and the old one sees no more", async ({
    service,
  }) => {
    const pair = await givenPair(service);
    const { id } = await givenDeal(pair);
    const other = await givenInstaller(service);
    await service.operator.partnerships.create({
      sales_org_id: pair.salesOrg.id,
      epc_id: other.id,
    });
    const otherClient = await givenClient(service, other.id);

    const { lines } = await told(pair, () => pair.sales.surveys.update({ id, epc_id: other.id }));

    expect(lines).toEqual(["update_survey → sales_org"]);
    expect((await eventsOf(otherClient)).map(({ type }) => type)).toEqual(["update_survey"]);
    expect(await refusal(pair, () => pair.installer.surveys.get({ id }))).toBe("404 not_found");
    expect(await otherClient.surveys.get({ id })).toMatchObject({ epc_id: other.id });
  });

  test("carries the design that was delivered last, before there is a proposal", async ({
    service,
  }) => {
    const pair = await givenPair(service);
    const { id } = await givenDeal(pair);
    const rename = async (title: string) => {
      const { epc } = await told(pair, () => pair.sales.surveys.update({ id, title }));
      return only(epc, "update_survey").data;
    };
    const deliver = async (kilowatts: number) => {
      const asked = await pair.sales.designRequests.create({ id });
      return pair.installer.designRequests.complete({ id: asked.id, design: design(kilowatts) });
    };

    const before = await rename("Before");
    await deliver(9.72);
    const { id: latest } = await deliver(10.53);
    const after = await rename("After");
    await pair.sales.designRequests.update({ id: latest, status: "cancelled" });

    expect(before).toMatchObject({ design: null, proposal: null });
    expect(after).toMatchObject({ design: design(10.53), proposal: null });
    expect((await rename("Cancelled")).design).toEqual(design(9.72));
  });

  test("is not fired by the values that are there", async ({ service }) => {
    const pair = await givenPair(service);
    const before = await givenDeal(pair, { title: "Sample residence" });
    const { id, stage, title, epc_id, type } = before;

    const same = () => pair.sales.surveys.update({ id, stage, title, epc_id, type });

    expect(await quiet(pair, same)).toEqual(before);
  });

  test("keeps the installer while there is an agreement", async ({ service }) => {
    const pair = await givenPair(service);
    const { survey_id: id, id: agreementId } = await givenAgreement(pair);
    const leave = () => pair.sales.surveys.update({ id, epc_id: null });

    expect(await refusal(pair, leave)).toBe("409 installer_fixed_by_agreement");
    await pair.sales.agreements.delete({ id: agreementId, reason: "Wrong installer" });

    expect((await told(pair, leave)).lines).toEqual(["update_survey → sales_org"]);
  });

  test("keeps the installer of an install, also of a voided one", async ({ service }) => {
    const pair = await givenPair(service);
    const install = await givenInstall(pair);
    await pair.sales.installs.void({ id: install.id, reason: "Loan amount changed" });

    const leave = () => pair.sales.surveys.update({ id: install.survey_id, epc_id: null });

    expect(await refusal(pair, leave)).toBe("409 installer_fixed_by_agreement");
  });

  test("is refused to the installer", async ({ service }) => {
    const pair = await givenPair(service);
    const { id } = await givenDeal(pair);

    const rename = () => pair.installer.surveys.update({ id, title: "Mine" });

    expect(await refusal(pair, rename)).toBe("403 forbidden");
  });
});

describe("new_survey_file", () => {
  const bill = () => new File(["Example Power: 1,125 kWh"], "bill.txt", { type: "text/plain" });

  test("tells both what was added, with size, checksum and a link to the content", async ({
    service,
  }) => {
    const pair = await givenPair(service);
    const { id } = await givenDeal(pair);

    const { lines, epc } = await told(pair, () =>
      pair.sales.files.create({ id, category: "utility_bill", file: bill() }),
    );

    expect(lines).toEqual(["new_survey_file → sales_org, epc"]);
    const { file } = only(epc, "new_survey_file").data;
    expect(file).toMatchObject({
      category: "utility_bill",
      name: "bill.txt",
      content_type: "text/plain",
      size_bytes: 24,
      sha256: createHash("sha256").update("Example Power: 1,125 kWh").digest("hex"),
    });
    const content = await fetch(file.content_url);
    expect(content.headers.get("content-type")).toBe("text/plain");
    expect(await content.text()).toBe("Example Power: 1,125 kWh");
  });

  test("carries a link that works for 72 hours, and no longer", async ({ service }) => {
    const pair = await givenPair(service);
    const { id } = await givenDeal(pair);
    const { salesOrg } = await told(pair, () =>
      pair.installer.files.create({ id, category: "plan_set", file: bill() }),
    );
    const { timestamp, data } = only(salesOrg, "new_survey_file");
    const { links } = service.services;
    const url = new URL(data.file.content_url);
    const expires = Number(url.searchParams.get("expires"));
    const signature = String(url.searchParams.get("signature"));

    expect(expires).toBe(Math.floor(Date.parse(timestamp) / 1000) + 72 * 3600);
    expect(links.holds(data.file.id, { expires, signature }, expires * 1000 - 1)).toBe(true);
    expect(links.holds(data.file.id, { expires, signature }, expires * 1000)).toBe(false);
  });

  test("has a link that ends, and that cannot be altered", async ({ service }) => {
    const pair = await givenPair(service);
    const { id } = await givenDeal(pair);
    const add = () => pair.sales.files.create({ id, category: "photo_id", file: bill() });
    const [file, other] = [await add(), await add()];
    const over = service.services.links.withLink(file, "2026-01-01T00:00:00.000Z", 60);
    const altered = (change: (url: URL) => void) => {
      const url = new URL(file.content_url);
      change(url);
      return url.href;
    };

    for (const url of [
      over.content_url,
      altered((link) => link.searchParams.set("expires", "4102444800")),
      altered((link) => link.searchParams.set("signature", "A".repeat(43))),
      altered((link) => (link.pathname = link.pathname.replace(file.id, other.id))),
    ]) {
      const answer = await fetch(url);
      expect(answer.status).toBe(401);
      expect(await answer.json()).toMatchObject({ code: "bad_signature" });
    }
  });

  test("is the sales organization's alone before an installer is chosen", async ({ service }) => {
    const pair = await givenPair(service);
    const { id } = await givenDeal(pair, { epc_id: null });
    const add = (client: Pair["sales"]) => () =>
      client.files.create({ id, category: "other", file: bill() });

    expect(await refusal(pair, add(pair.installer))).toBe("404 not_found");
    expect((await told(pair, add(pair.sales))).lines).toEqual(["new_survey_file → sales_org"]);
  });
});

describe("site_survey_complete", () => {
  test("needs an agreement, signed or not, and is fired once for each site survey", async ({
    service,
  }) => {
    const pair = await givenPair(service);
    const deal = await givenDeal(pair);
    const plan = () => pair.sales.siteSurveys.create({ id: deal.id, kind: "visit" });
    const [first, second] = [await plan(), await plan()];
    const complete = (id: string) => () =>
      pair.installer.siteSurveys.complete({ id, notes: "Main panel is 200 A." });

    expect(await refusal(pair, complete(first.id))).toBe("409 agreement_exists");
    const agreement = await givenAgreement(pair, { survey: deal });
    const unsigned = await told(pair, complete(first.id));
    expect(await refusal(pair, complete(first.id))).toBe("409 site_survey_open");
    await signAll(pair, agreement);
    const signed = await told(pair, complete(second.id));

    expect(unsigned.lines).toEqual(["site_survey_complete → sales_org"]);
    expect(only(unsigned.salesOrg, "site_survey_complete").changes).toEqual({
      "site_survey.notes": { from: null, to: "Main panel is 200 A." },
      "site_survey.completed_at": { from: null, to: unsigned.answer.completed_at },
    });
    expect(signed.lines).toEqual(["site_survey_complete → sales_org"]);
  });

  test("has nothing told before it: a planned site survey is no event", async ({ service }) => {
    const pair = await givenPair(service);
    const { id } = await givenDeal(pair);

    const { lines } = await told(pair, () =>
      pair.sales.siteSurveys.create({ id, kind: "virtual" }),
    );

    expect(lines).toEqual([]);
  });
});

describe("complete_survey", () => {
  const steps = ["site_survey", "welcome_call", "submission", "milestones"] as const;

  test("is fired once, alone, when the install is complete", async ({ service }) => {
    const pair = await givenPair(service);
    const install = await givenInstall(pair);
    const complete = () => pair.sales.surveys.complete({ id: install.survey_id });

    expect(await refusal(pair, complete)).toBe("409 install_complete");
    await pair.installer.installs.complete({ id: install.id });
    const { answer, lines, salesOrg } = await told(pair, complete);

    expect(lines).toEqual(["complete_survey → sales_org"]);
    expect(only(salesOrg, "complete_survey")).toMatchObject({
      changes: {
        "survey.stage": { from: "new", to: "completed" },
        "survey.completed_at": { from: null, to: answer.completed_at },
      },
      data: { install: { id: install.id, status: "complete" } },
    });
    expect(await refusal(pair, complete)).toBe("409 deal_open");
  });

  test("waits for every step that the deal type requires, in any order", async ({ service }) => {
    const pair = await givenPair(service, {
      sales: { deal_types: [{ name: "residential", required_steps: [...steps] }] },
      installer: { next_steps_page: true },
    });
    const { id, survey_id } = await givenInstall(pair);
    const { secret } = await service.operator.callpilotSecrets.create({ id: pair.salesOrg.id });
    const milestone = await pair.installer.milestones.create({
      id,
      title: "Permit",
      task_group: "permit_application",
    });
    const { id: siteSurveyId } = await pair.sales.siteSurveys.create({
      id: survey_id,
      kind: "visit",
    });
    const doing = {
      submission: () => pair.sales.installs.submit({ id }),
      milestones: () => pair.installer.milestones.update({ id: milestone.id, status: "completed" }),
      site_survey: () => pair.sales.siteSurveys.complete({ id: siteSurveyId }),
      complete: () => pair.installer.installs.complete({ id }),
      welcome_call: () => reportWelcomeCall(pair, { secret, survey_id }),
    };
    const complete = () => pair.sales.surveys.complete({ id: survey_id });

    for (const [name, step] of Object.entries(doing)) {
      const isComplete = name === "welcome_call";
      expect(await refusal(pair, complete)).toBe(
        isComplete ? "409 required_steps_done" : "409 install_complete",
      );
      await step();
    }

    expect((await told(pair, complete)).lines).toEqual(["complete_survey → sales_org"]);
  });

  test("asks for no submission while the installer has no next-steps page", async ({ service }) => {
    const pair = await givenPair(service, {
      sales: { deal_types: [{ name: "residential", required_steps: ["submission"] }] },
      installer: { next_steps_page: true },
    });
    const { id, survey_id } = await givenInstall(pair);
    await pair.installer.installs.complete({ id });
    const complete = () => pair.sales.surveys.complete({ id: survey_id });

    expect(await refusal(pair, complete)).toBe("409 required_steps_done");
    await pair.installer.organizations.update({
      id: pair.epc.id,
      settings: { next_steps_page: false },
    });

    expect((await told(pair, complete)).lines).toEqual(["complete_survey → sales_org"]);
  });
});
