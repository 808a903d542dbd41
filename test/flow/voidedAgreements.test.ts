import { describe, expect } from "vitest";
import type { Agreement } from "../../src/contract/resources/agreement.ts";
import { HeliographError } from "../../src/sdk/index.ts";
import {
  givenAgreement,
  givenInstall,
  givenSignedAgreement,
  installOf,
  primary,
  signAll,
} from "../deals.ts";
import { givenClient, givenInstaller, givenPair, test, type Pair } from "../service.ts";
import { only, quiet, refusal, told } from "../told.ts";

const reason = "The customer rescinded within three days";
const voiding =
  ({ sales }: Pick<Pair, "sales">, { id }: Pick<Agreement, "id">) =>
  () =>
    sales.agreements.void({ id, reason });
const signingAnew = (pair: Pair, { proposal_id }: Agreement) =>
  pair.sales.agreements.create({ id: proposal_id, signers: [primary] });

/** What a refusal tells the caller to do. */
const sentenceOf = (pair: Pair, step: () => Promise<unknown>) =>
  quiet(pair, async () => {
    const error = await step().catch((thrown: unknown) => thrown);
    return error instanceof HeliographError ? error.problem.detail : "";
  });

describe("the void of a signed agreement without an install", () => {
  test.for(["approved", "processed"] as const)(
    "is told as a change of it, with the reason, in the mode %s",
    async (mode, { service }) => {
      const pair = await givenPair(service, { installer: { agreement_mode: mode } });
      const agreement = await givenSignedAgreement(pair);

      const { answer, lines, salesOrg } = await told(pair, voiding(pair, agreement));

      expect(lines).toEqual(["update_agreement → sales_org"]);
      expect(only(salesOrg, "update_agreement")).toMatchObject({
        changes: {
          "agreement.status": { from: "signed", to: "voided" },
          "agreement.voided_at": { from: null, to: answer.voided_at },
          "agreement.void_reason": { from: null, to: reason },
        },
        data: { agreement: answer, proposal: { id: agreement.proposal_id }, install: null },
      });
      expect(await refusal(pair, voiding(pair, agreement))).toBe("409 agreement_live");
    },
  );

  test("is the installer's to cause too, and nobody else's", async ({ service }) => {
    const pair = await givenPair(service, { installer: { agreement_mode: "approved" } });
    const other = await givenPair(service);
    const agreement = await givenSignedAgreement(pair);

    expect(await refusal(pair, voiding(other, agreement))).toBe("404 not_found");
    expect(await refusal(pair, voiding({ sales: other.installer }, agreement))).toBe(
      "404 not_found",
    );
    const { lines } = await told(pair, voiding({ sales: pair.installer }, agreement));
    expect(lines).toEqual(["update_agreement → sales_org"]);
  });

  test("lets the deal go on with a new agreement, and the voided one stays void", async ({
    service,
  }) => {
    const pair = await givenPair(service, { installer: { agreement_mode: "approved" } });
    const agreement = await givenSignedAgreement(pair);
    const approve = (id: string) => () => pair.installer.agreements.approve({ id });
    expect(await refusal(pair, () => signingAnew(pair, agreement))).toBe("409 one_live_agreement");
    await voiding(pair, agreement)();
    expect(await refusal(pair, approve(agreement.id))).toBe("409 agreement_live");

    const newer = await told(pair, () => signingAnew(pair, agreement));
    await signAll(pair, newer.answer);

    expect(newer.lines).toEqual(["new_agreement → sales_org"]);
    expect((await told(pair, approve(newer.answer.id))).lines).toEqual([
      "new_install → sales_org, epc",
    ]);
  });

  test("lets another installer be chosen, who is not shown the old contract", async ({
    service,
  }) => {
    const pair = await givenPair(service, { installer: { agreement_mode: "approved" } });
    const agreement = await givenSignedAgreement(pair);
    const other = await givenInstaller(service);
    const partners = { sales_org_id: pair.salesOrg.id, epc_id: other.id };
    await service.operator.partnerships.create(partners);
    const installer = await givenClient(service, other.id);
    const choose = () => pair.sales.surveys.update({ id: agreement.survey_id, epc_id: other.id });
    expect(await refusal(pair, choose)).toBe("409 installer_fixed_by_agreement");
    await voiding(pair, agreement)();

    const { epc } = await told({ ...pair, epc: other, installer }, choose);

    expect(only(epc, "update_survey").data.agreement).toBeNull();
    const { id, survey_id } = agreement;
    const listed = async (client: typeof installer) =>
      (await client.agreements.list({ id: survey_id })).data.map((found) => found.id);
    expect(await listed(installer)).toEqual([]);
    expect(await listed(pair.sales)).toEqual([id]);
    expect(await refusal(pair, () => installer.agreements.get({ id }))).toBe("404 not_found");
    expect(await refusal(pair, () => installer.agreements.approve({ id }))).toBe("404 not_found");
    const own = await signingAnew(pair, agreement);
    expect(own.epc_id).toBe(other.id);
    expect(await listed(installer)).toEqual([own.id]);
  });

  test("leaves a voided install where it is: it may be restored or signed anew", async ({
    service,
  }) => {
    const pair = await givenPair(service, { installer: { agreement_mode: "approved" } });
    const { id, agreement_id, survey_id } = await givenInstall(pair);
    const old = await pair.sales.agreements.get({ id: agreement_id });
    const restore = () => pair.sales.installs.restore({ id });
    await pair.sales.installs.void({ id, reason });
    const newer = await signAll(pair, await signingAnew(pair, old));
    expect(await refusal(pair, restore)).toBe("409 one_live_agreement");

    await voiding(pair, newer)();
    const { lines, epc } = await told(pair, restore);

    expect(lines).toEqual(["restore_install → sales_org, epc"]);
    expect(only(epc, "restore_install").data).toMatchObject({
      agreement: { id: agreement_id, status: "signed" },
      proposal: { id: old.proposal_id },
    });
    expect(await installOf(pair, survey_id)).toMatchObject({ status: "active", agreement_id });
  });

  test("is possible on a lost deal, which is why it is lost", async ({ service }) => {
    const pair = await givenPair(service, { installer: { agreement_mode: "approved" } });
    const agreement = await givenSignedAgreement(pair);
    await pair.sales.surveys.update({ id: agreement.survey_id, stage: "lost" });

    const { lines } = await told(pair, voiding(pair, agreement));

    expect(lines).toEqual(["update_agreement → sales_org"]);
  });

  test("is refused while it is not signed", async ({ service }) => {
    const pair = await givenPair(service, { installer: { agreement_mode: "approved" } });
    const agreement = await givenAgreement(pair);

    expect(await refusal(pair, voiding(pair, agreement))).toBe("409 agreement_signed");
  });
});

describe("a signed agreement", () => {
  test("with an install in force is voided by it, and says so", async ({ service }) => {
    const pair = await givenPair(service);
    const agreement = await givenSignedAgreement(pair);
    const { id, survey_id } = agreement;
    const install = await installOf(pair, survey_id);
    const remove = () => pair.sales.agreements.delete({ id, reason });

    expect(await refusal(pair, voiding(pair, agreement))).toBe("409 agreement_without_install");
    expect(await sentenceOf(pair, voiding(pair, agreement))).toContain("void the install");
    expect(await sentenceOf(pair, remove)).toContain(`void its install ${install.id}`);
    await pair.installer.installs.update({ id: install.id, status: "cancelled" });

    expect(await refusal(pair, voiding(pair, agreement))).toBe("409 agreement_without_install");
  });

  test("without an install is voided by itself, and says so", async ({ service }) => {
    const pair = await givenPair(service, { installer: { agreement_mode: "approved" } });
    const { id } = await givenSignedAgreement(pair);

    for (const step of [
      () => pair.sales.agreements.delete({ id, reason }),
      () => pair.sales.agreements.update({ id, regenerate: true }),
    ]) {
      expect(await sentenceOf(pair, step)).toBe("The agreement is signed; void it");
    }
  });
});

describe("an agreement on a lost deal", () => {
  test("is neither signed nor approved nor processed before the deal goes on", async ({
    service,
  }) => {
    const pair = await givenPair(service, { installer: { agreement_mode: "processed" } });
    const agreement = await givenAgreement(pair);
    const { id, survey_id } = agreement;
    const move = (stage: "lost" | "contract_sent") =>
      pair.sales.surveys.update({ id: survey_id, stage });

    for (const [step, lines] of [
      [() => signAll(pair, agreement), ["signed_agreement → sales_org"]],
      [() => pair.installer.agreements.approve({ id }), []],
      [
        () => pair.installer.agreements.process({ id }),
        ["contract_processed → epc", "new_install → sales_org, epc"],
      ],
    ] as const) {
      await move("lost");
      expect(await refusal(pair, step)).toBe("409 deal_open");
      await move("contract_sent");
      expect((await told<unknown>(pair, step)).lines).toEqual(lines);
    }
  });
});
