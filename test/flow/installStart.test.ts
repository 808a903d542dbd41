import { describe, expect } from "vitest";
import {
  coSigner,
  givenAgreement,
  givenInstall,
  givenSignedAgreement,
  installOf,
  primary,
  signAll,
} from "../deals.ts";
import { givenClient, givenInstaller, givenOneCompany, givenPair, test } from "../service.ts";
import { only, refusal, told } from "../told.ts";

describe("new_install in the mode signed", () => {
  test("follows the last signature, and says so", async ({ service }) => {
    const pair = await givenPair(service);
    const agreement = await givenAgreement(pair);

    const { lines, epc } = await told(pair, () => signAll(pair, agreement));

    expect(lines).toEqual(["signed_agreement → sales_org", "new_install → sales_org, epc"]);
    expect(only(epc, "new_install").data.install.made_by).toBe("signed");
  });

  test("leaves nothing to approve and nothing to process", async ({ service }) => {
    const pair = await givenPair(service);
    const { id } = await givenSignedAgreement(pair);
    const { agreements } = pair.installer;

    expect(await refusal(pair, () => agreements.approve({ id }))).toBe("409 approval_in_mode");
    expect(await refusal(pair, () => agreements.process({ id }))).toBe("409 processing_in_mode");
  });
});

describe("new_install in the mode approved", () => {
  test("follows the installer's approval, once", async ({ service }) => {
    const pair = await givenPair(service, { installer: { agreement_mode: "approved" } });
    const agreement = await givenAgreement(pair);
    const { id } = agreement;
    const approve = () => pair.installer.agreements.approve({ id });
    expect(await refusal(pair, approve)).toBe("409 agreement_signed");
    expect((await told(pair, () => signAll(pair, agreement))).lines).toEqual([
      "signed_agreement → sales_org",
    ]);

    const { lines, epc } = await told(pair, approve);

    expect(lines).toEqual(["new_install → sales_org, epc"]);
    expect(only(epc, "new_install").data.install.made_by).toBe("approved");
    expect(await refusal(pair, approve)).toBe("409 approval_in_mode");
    expect(await refusal(pair, () => pair.installer.agreements.process({ id }))).toBe(
      "409 processing_in_mode",
    );
  });

  test("is made once when it is approved twice at once", async ({ service }) => {
    const pair = await givenPair(service, { installer: { agreement_mode: "approved" } });
    const { id } = await givenSignedAgreement(pair);
    const approve = () => pair.installer.agreements.approve({ id });

    const { lines } = await told(pair, () => Promise.allSettled([approve(), approve(), approve()]));

    expect(lines).toEqual(["new_install → sales_org, epc"]);
  });
});

describe("contract_processed and new_install in the mode processed", () => {
  test("follow each other: the installer alone learns of the first", async ({ service }) => {
    const pair = await givenPair(service, { installer: { agreement_mode: "processed" } });
    const agreement = await givenAgreement(pair);
    const { id } = agreement;
    const approve = () => pair.installer.agreements.approve({ id });
    const process = () => pair.installer.agreements.process({ id });
    expect(await refusal(pair, process)).toBe("409 agreement_signed");
    await signAll(pair, agreement);
    expect(await refusal(pair, process)).toBe("409 agreement_approved");

    const approved = await told(pair, approve);
    const processed = await told(pair, process);

    expect(approved.lines).toEqual([]);
    expect(approved.answer.approved_at).not.toBeNull();
    expect(processed.lines).toEqual(["contract_processed → epc", "new_install → sales_org, epc"]);
    expect(only(processed.epc, "contract_processed")).toMatchObject({
      data: { agreement: { id, mode: "processed" }, install: null },
      changes: { "agreement.processed_at": { from: null, to: processed.answer.processed_at } },
    });
    expect(only(processed.salesOrg, "new_install").data.install.made_by).toBe("processed");
    expect(await refusal(pair, process)).toBe("409 agreement_unprocessed");
    expect(await refusal(pair, approve)).toBe("409 approval_in_mode");
  });

  test("happen once when it is processed twice at once", async ({ service }) => {
    const pair = await givenPair(service, { installer: { agreement_mode: "processed" } });
    const { id } = await givenSignedAgreement(pair);
    await pair.installer.agreements.approve({ id });
    const process = () => pair.installer.agreements.process({ id });

    const { lines } = await told(pair, () => Promise.allSettled([process(), process()]));

    expect(lines).toEqual(["contract_processed → epc", "new_install → sales_org, epc"]);
  });

  test("are the installer's alone to cause", async ({ service }) => {
    const pair = await givenPair(service, { installer: { agreement_mode: "approved" } });
    const { id } = await givenSignedAgreement(pair);
    const clerk = await givenClient(service, pair.epc.id, { scopes: ["flow:write"] });

    for (const { agreements } of [pair.sales, clerk]) {
      expect(await refusal(pair, () => agreements.approve({ id }))).toBe("403 forbidden");
      expect(await refusal(pair, () => agreements.process({ id }))).toBe("403 forbidden");
    }
  });

  test("are not the seller's to cause, even if it installs for others", async ({ service }) => {
    const both = await givenOneCompany(service);
    const epc = await givenInstaller(service, { agreement_mode: "approved" });
    await service.operator.partnerships.create({ sales_org_id: both.salesOrg.id, epc_id: epc.id });
    const pair = { ...both, epc, installer: await givenClient(service, epc.id) };
    const { id } = await givenSignedAgreement(pair);

    expect(await refusal(pair, () => pair.sales.agreements.approve({ id }))).toBe("404 not_found");
    expect(await refusal(pair, () => pair.sales.agreements.process({ id }))).toBe("404 not_found");
    const { lines } = await told(pair, () => pair.installer.agreements.approve({ id }));
    expect(lines).toEqual(["new_install → sales_org, epc"]);
  });
});

describe("an agreement's mode", () => {
  test("is the installer's when the last signature is made, whatever he sets later", async ({
    service,
  }) => {
    const pair = await givenPair(service, { installer: { agreement_mode: "approved" } });
    const agreement = await givenSignedAgreement(pair);
    await pair.installer.organizations.update({
      id: pair.epc.id,
      settings: { agreement_mode: "processed" },
    });

    const { lines } = await told(pair, () =>
      pair.installer.agreements.approve({ id: agreement.id }),
    );

    expect(lines).toEqual(["new_install → sales_org, epc"]);
  });
});

describe("a body of new_install", () => {
  test("lets an installer fill a record in his CRM without calling back", async ({ service }) => {
    const pair = await givenPair(service);
    const customer = await pair.sales.customers.create({
      first_name: "Avery",
      last_name: "Sample",
      email: "avery.sample@example.com",
      phone: "(555) 555-0101",
      address: {
        street: "100 Example Way",
        city: "Sampleton",
        state: "TX",
        zip: "01234",
        county: "Sample County",
        latitude: 32.9,
        longitude: -96.8,
      },
      time_zone: "America/Chicago",
      utility: "Example Power",
      annual_usage_kwh: 13_500,
      lead_source: "Website",
      rep_id: pair.rep.id,
      external_ids: { crm: "L-20931" },
    });
    const survey = await pair.sales.surveys.create({
      id: customer.id,
      epc_id: pair.epc.id,
      external_ids: { crm: "D-1" },
    });
    const agreement = await givenAgreement(pair, { survey, signers: [primary, coSigner] });

    const { epc, answer } = await told(pair, () => signAll(pair, agreement));

    const { data } = only(epc, "new_install");
    const install = await installOf({ ...pair, sales: pair.installer }, survey.id);
    // Contact and site.
    expect(data.customer).toMatchObject({
      id: customer.id,
      number: customer.number,
      external_ids: { crm: "L-20931" },
      first_name: "Avery",
      last_name: "Sample",
      email: "avery.sample@example.com",
      phone: "+15555550101",
      address: customer.address,
      time_zone: "America/Chicago",
      utility: "Example Power",
      annual_usage_kwh: 13_500,
    });
    // Who sold it, to whom.
    expect(data.rep).toMatchObject({
      id: pair.rep.id,
      name: "Rowan Rep",
      email: "rowan.rep@example.com",
      role: "sales_rep",
    });
    expect(data.sales_org).toMatchObject({
      id: pair.salesOrg.id,
      number: pair.salesOrg.number,
      name: "Sample Solar Sales",
      external_ids: { erp: "S-1" },
    });
    expect(data.epc).toMatchObject({
      id: pair.epc.id,
      name: "Example Installers",
      external_ids: { erp: "E-1" },
    });
    // Own ids, numbers, and those of other systems.
    expect(data.survey).toMatchObject({
      id: survey.id,
      number: survey.number,
      external_ids: { crm: "D-1" },
    });
    expect(data.install).toEqual(install);
    expect(data.install).toMatchObject({
      id: expect.stringMatching(/^ins_/),
      number: expect.any(Number),
      external_ids: {},
      status: "active",
      made_by: "signed",
      finance_type: "loan",
    });
    // The system and its price.
    expect(data.install).toMatchObject({
      system_size_dc_kw: 9.72,
      annual_production_kwh: 13_500,
      modules: [{ manufacturer: "Example Modules", model: "EX-405", watts: 405, count: 24 }],
      inverters: [{ manufacturer: "Example Power", model: "EP-290", count: 24 }],
      batteries: [{ manufacturer: "Example Storage", model: "ES-13", usable_kwh: 13.5, count: 1 }],
      contract_price_cents: 3_456_000,
      adders: [{ name: "Main panel upgrade", amount_cents: 250_000 }],
    });
    expect(data.proposal.pricing).toMatchObject({
      contract_price_cents: 3_456_000,
      adders: [{ name: "Main panel upgrade", amount_cents: 250_000 }],
    });
    expect(data.proposal.finance).toMatchObject({ type: "loan", lender: "Example Lender" });
    // The contract, with signers and dates.
    expect(data.agreement).toEqual(answer);
    expect(data.agreement.signed_at).not.toBeNull();
    for (const signer of data.agreement.signers) {
      expect(signer).toMatchObject({
        role: expect.any(String),
        name: expect.any(String),
        email: expect.stringContaining("@"),
        signed_at: expect.any(String),
      });
    }
  });

  test("has no trace of what is hidden from the installer", async ({ service }) => {
    const pair = await givenPair(service);
    const agreement = await givenAgreement(pair);

    const { epc, salesOrg } = await told(pair, () => signAll(pair, agreement));

    const hidden = ["dealer_fee_cents", "commission_base_cents", "commission_cents", "lead_source"];
    const theirs = JSON.stringify(only(epc, "new_install"));
    const ours = JSON.stringify(only(salesOrg, "new_install"));
    for (const name of hidden) {
      expect(theirs).not.toContain(name);
      expect(ours).toContain(name);
    }
    expect(ours).not.toContain("install_cost_cents");
    expect(theirs).toContain("install_cost_cents");
    expect(theirs + ours).not.toContain('"settings"');
  });
});

describe("the installer's milestone templates", () => {
  test("become milestones of a new install, each told as one", async ({ service }) => {
    const pair = await givenPair(service, {
      installer: {
        milestone_templates: [
          { title: "Permit packet", task_group: "permit_application", due_in_days: 14 },
          { title: "Order modules", task_group: "equipment_order" },
        ],
      },
    });
    const agreement = await givenAgreement(pair);

    const { lines, epc } = await told(pair, () => signAll(pair, agreement));

    expect(lines).toEqual([
      "signed_agreement → sales_org",
      "new_install → sales_org, epc",
      "project_milestone_created → sales_org, epc",
      "project_milestone_created → sales_org, epc",
    ]);
    const made = epc.filter((event) => event.type === "project_milestone_created");
    const due = Date.parse(made[0]?.timestamp ?? "") + 14 * 86_400_000;
    expect(made.map(({ data }) => data.milestone)).toMatchObject([
      { title: "Permit packet", due_on: new Date(due).toISOString().slice(0, 10) },
      { title: "Order modules", due_on: null, status: "not_started" },
    ]);
  });
});

describe("one company in both roles", () => {
  test("gets each event once and sees all of it", async ({ service }) => {
    const pair = await givenOneCompany(service, { agreement_mode: "processed" });
    const agreement = await givenAgreement(pair);

    const { lines, salesOrg } = await told(pair, async () => {
      await signAll(pair, agreement);
      await pair.sales.agreements.approve({ id: agreement.id });
      await pair.sales.agreements.process({ id: agreement.id });
    });

    expect(lines).toEqual([
      "signed_agreement → sales_org",
      "contract_processed → epc",
      "new_install → sales_org",
    ]);
    const { data } = only(salesOrg, "new_install");
    expect(data.customer.lead_source).toBe("Website");
    expect(data.proposal.pricing.dealer_fee_cents).toBe(206_000);
    expect(data.install).toHaveProperty("install_cost_cents");
    expect(data.install).toHaveProperty("commission_cents");
  });

  test("needs no partnership with itself", async ({ service }) => {
    const pair = await givenOneCompany(service);

    const { epc_id } = await givenInstall(pair);

    expect(epc_id).toBe(pair.salesOrg.id);
  });
});
