import { describe, expect } from "vitest";
import {
  coSigner,
  givenAgreement,
  givenDeal,
  givenFinalizedProposal,
  givenProposal,
  givenSignedAgreement,
  installOf,
  primary,
} from "../deals.ts";
import { givenPair, test, type Pair } from "../service.ts";
import type { Agreement } from "../../src/contract/resources/agreement.ts";
import { only, quiet, refusal, told } from "../told.ts";

const nemSigner = { role: "nem_signer", name: "Nema Sample", email: "nema@example.com" } as const;
const company = { role: "company", name: "Carol Company", email: "carol@example.com" } as const;
const everybody = [primary, coSigner, nemSigner, company];

const signing = ({ sales }: Pair, { id, signers }: Agreement, position = 0) => {
  return () => sales.agreements.sign({ id, signer_id: signers[position]?.id ?? "" });
};

describe("new_agreement", () => {
  test("is generated from a finalized proposal, for the sales organization alone", async ({
    service,
  }) => {
    const pair = await givenPair(service);
    const { id } = await givenProposal(pair);
    const make = () => pair.sales.agreements.create({ id, signers: [primary, coSigner] });
    expect(await refusal(pair, make)).toBe("409 proposal_finalized");
    await pair.sales.proposals.finalize({ id });

    const { answer, lines, salesOrg } = await told(pair, make);

    expect(lines).toEqual(["new_agreement → sales_org"]);
    expect(only(salesOrg, "new_agreement").data.agreement).toEqual(answer);
    expect(answer).toMatchObject({ status: "created", proposal_id: id, document_version: 1 });
    expect(answer.signers).toMatchObject([
      { role: "primary", name: "Avery Sample", signed_at: null },
      { role: "co_signer", name: "Riley Sample", signed_at: null },
    ]);
  });

  test("is one per deal: a second one only when the first is deleted", async ({ service }) => {
    const pair = await givenPair(service);
    const { id, proposal_id } = await givenAgreement(pair);
    const another = () => pair.sales.agreements.create({ id: proposal_id, signers: [primary] });

    expect(await refusal(pair, another)).toBe("409 one_live_agreement");
    await pair.sales.agreements.update({ id, status: "declined" });
    expect(await refusal(pair, another)).toBe("409 one_live_agreement");
    await pair.sales.agreements.delete({ id, reason: "Declined" });

    expect((await told(pair, another)).lines).toEqual(["new_agreement → sales_org"]);
  });

  test("needs an installer", async ({ service }) => {
    const pair = await givenPair(service);
    const survey = await givenDeal(pair, { epc_id: null });
    const { id } = await givenFinalizedProposal(pair, { survey });
    const make = () => pair.sales.agreements.create({ id, signers: [primary] });

    expect(await refusal(pair, make)).toBe("409 installer_chosen");
    await pair.sales.surveys.update({ id: survey.id, epc_id: pair.epc.id });

    expect((await told(pair, make)).lines).toEqual(["new_agreement → sales_org"]);
  });

  test("is made once when it is asked for twice at once", async ({ service }) => {
    const pair = await givenPair(service);
    const { id } = await givenFinalizedProposal(pair);
    const make = () => pair.sales.agreements.create({ id, signers: [primary] });

    const { answer, lines } = await told(pair, () => Promise.allSettled([make(), make(), make()]));

    expect(answer.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(lines).toEqual(["new_agreement → sales_org"]);
  });
});

describe("update_agreement", () => {
  test("is fired when it is sent, viewed and declined", async ({ service }) => {
    const pair = await givenPair(service);
    const { id } = await givenAgreement(pair);
    const become = (status: "sent" | "viewed" | "declined") => () =>
      pair.sales.agreements.update({ id, status });

    const sent = await told(pair, become("sent"));
    const viewed = await told(pair, become("viewed"));
    const declined = await told(pair, become("declined"));

    for (const { lines } of [sent, viewed, declined]) {
      expect(lines).toEqual(["update_agreement → sales_org"]);
    }
    expect(only(sent.salesOrg, "update_agreement").changes).toEqual({
      "agreement.status": { from: "created", to: "sent" },
      "agreement.sent_at": { from: null, to: sent.answer.sent_at },
    });
    expect(only(viewed.salesOrg, "update_agreement").changes).toEqual({
      "agreement.status": { from: "sent", to: "viewed" },
      "agreement.viewed_at": { from: null, to: viewed.answer.viewed_at },
    });
    expect(only(declined.salesOrg, "update_agreement").changes).toMatchObject({
      "agreement.status": { from: "viewed", to: "declined" },
    });
  });

  test("is not fired by what is so already", async ({ service }) => {
    const pair = await givenPair(service);
    const { id } = await givenAgreement(pair);
    const sent = await pair.sales.agreements.update({ id, status: "sent" });
    const [signer] = sent.signers;

    const again = await quiet(pair, () => pair.sales.agreements.update({ id, status: "sent" }));
    const same = await quiet(pair, () =>
      pair.sales.agreements.update({
        id,
        signers: [{ id: signer?.id ?? "", name: primary.name }],
        external_ids: {},
      }),
    );

    expect([again, same]).toEqual([sent, sent]);
  });

  test("is fired by signer data, whose new document voids the signatures", async ({ service }) => {
    const pair = await givenPair(service);
    const made = await givenAgreement(pair, { signers: [primary, coSigner] });
    await signing(pair, made)();
    const [, second] = made.signers;

    const { answer, lines } = await told(pair, () =>
      pair.sales.agreements.update({
        id: made.id,
        signers: [{ id: second?.id ?? "", email: "riley@example.com" }],
      }),
    );

    expect(lines).toEqual(["update_agreement → sales_org"]);
    expect(answer).toMatchObject({ status: "created", document_version: 2 });
    expect(answer.signers).toMatchObject([
      { name: "Avery Sample", signed_at: null },
      { email: "riley@example.com", signed_at: null },
    ]);
  });

  test("is fired by a document that is generated anew", async ({ service }) => {
    const pair = await givenPair(service);
    const { id } = await givenAgreement(pair);

    const { answer, lines, salesOrg } = await told(pair, () =>
      pair.sales.agreements.update({ id, regenerate: true }),
    );

    expect(lines).toEqual(["update_agreement → sales_org"]);
    expect(answer.document_version).toBe(2);
    expect(only(salesOrg, "update_agreement").changes).toEqual({
      "agreement.document_version": { from: 1, to: 2 },
    });
  });

  test("dates the present document's first time, and sending a declined one takes that back", async ({
    service,
  }) => {
    const pair = await givenPair(service);
    const { id } = await givenAgreement(pair);
    const become = (status: "sent" | "viewed" | "declined") =>
      pair.sales.agreements.update({ id, status });
    await become("sent");
    const viewed = await become("viewed");
    const { sent_at, viewed_at } = viewed;

    expect(await become("sent")).toMatchObject({ status: "sent", sent_at, viewed_at });
    expect(await become("viewed")).toMatchObject({ status: "viewed", sent_at, viewed_at });
    const { declined_at, decline_reason } = await pair.sales.agreements.update({
      id,
      status: "declined",
      decline_reason: "The price first",
    });
    const { answer, salesOrg } = await told(pair, () => become("sent"));

    expect(declined_at).not.toBeNull();
    expect(decline_reason).toBe("The price first");
    expect(answer).toMatchObject({
      status: "sent",
      sent_at,
      viewed_at,
      declined_at: null,
      decline_reason: null,
    });
    expect(only(salesOrg, "update_agreement").changes).toEqual({
      "agreement.status": { from: "declined", to: "sent" },
      "agreement.declined_at": { from: declined_at, to: null },
      "agreement.decline_reason": { from: decline_reason, to: null },
    });
  });

  test("takes a refusal back to what was signed before", async ({ service }) => {
    const pair = await givenPair(service);
    const { id, signers } = await givenAgreement(pair, { signers: [primary, coSigner] });
    await pair.sales.agreements.sign({ id, signer_id: signers[0]?.id ?? "" });
    await pair.sales.agreements.update({ id, status: "declined" });

    const again = await pair.sales.agreements.update({ id, status: "sent" });
    expect(again.status).toBe("partially_signed");
    const renewed = await pair.sales.agreements.update({ id, status: "sent", regenerate: true });
    expect(renewed.status).toBe("sent");
  });

  test("keeps a reason only with the refusal itself", async ({ service }) => {
    const pair = await givenPair(service);
    const { id } = await givenAgreement(pair);

    await expect(
      pair.sales.agreements.update({ id, status: "viewed", decline_reason: "The price first" }),
    ).rejects.toMatchObject({ code: "invalid" });
    expect((await pair.sales.agreements.get({ id })).status).toBe("created");
  });

  test("starts the dates anew with a new document", async ({ service }) => {
    const pair = await givenPair(service);
    const { id } = await givenAgreement(pair);
    const { agreements } = pair.sales;
    for (const status of ["sent", "viewed", "declined"] as const) {
      await agreements.update({ id, status });
    }

    const anew = await agreements.update({ id, regenerate: true });
    const sent = await agreements.update({ id, regenerate: true, status: "sent" });

    const undated = { sent_at: null, viewed_at: null, declined_at: null };
    expect(anew).toMatchObject({ status: "created", ...undated });
    expect(sent).toMatchObject({ ...undated, status: "sent", sent_at: sent.updated_at });
  });

  test("is fired by every signature but the last", async ({ service }) => {
    const pair = await givenPair(service);
    const agreement = await givenAgreement(pair, { signers: everybody });

    for (const position of [2, 0, 3]) {
      const { lines, salesOrg } = await told(pair, signing(pair, agreement, position));
      expect(lines).toEqual(["update_agreement → sales_org"]);
      const { signers, status } = only(salesOrg, "update_agreement").data.agreement;
      expect(signers[position]?.signed_at).not.toBeNull();
      expect(status).toBe("partially_signed");
    }
    const last = await told(pair, signing(pair, agreement, 1));

    expect(last.lines).toEqual(["signed_agreement → sales_org", "new_install → sales_org, epc"]);
  });

  test("is refused for a signed one, but for what is not the contract", async ({ service }) => {
    const pair = await givenPair(service);
    const { id } = await givenSignedAgreement(pair);
    const { agreements } = pair.sales;

    for (const step of [
      () => agreements.update({ id, status: "sent" }),
      () => agreements.update({ id, regenerate: true }),
    ]) {
      expect(await refusal(pair, step)).toBe("409 agreement_unsigned");
    }
    const url = await told(pair, () =>
      agreements.update({ id, document_url: "https://example.com/signed.pdf" }),
    );
    expect(url.lines).toEqual(["update_agreement → sales_org"]);
  });

  test("names a signer whom the agreement does not have", async ({ service }) => {
    const pair = await givenPair(service);
    const { id } = await givenAgreement(pair);
    const other = await givenAgreement(pair);
    const [stranger] = other.signers;
    const rename = () =>
      pair.sales.agreements.update({ id, signers: [{ id: stranger?.id ?? "", name: "Mallory" }] });
    const sign = () => pair.sales.agreements.sign({ id, signer_id: stranger?.id ?? "" });

    expect(await refusal(pair, rename)).toBe("422 invalid /signers/0/id");
    expect(await refusal(pair, sign)).toBe("422 invalid /signer_id");
  });
});

describe("signed_agreement", () => {
  test("is fired once, by the last signature, with what it changed", async ({ service }) => {
    const pair = await givenPair(service, { installer: { agreement_mode: "approved" } });
    const agreement = await givenAgreement(pair);

    const { answer, lines, salesOrg } = await told(pair, signing(pair, agreement));

    expect(lines).toEqual(["signed_agreement → sales_org"]);
    const now = answer.signed_at;
    expect(only(salesOrg, "signed_agreement").changes).toEqual({
      "agreement.status": { from: "created", to: "signed" },
      "agreement.signers": {
        from: agreement.signers,
        to: agreement.signers.map((signer) => ({ ...signer, signed_at: now })),
      },
      "agreement.signed_at": { from: null, to: now },
      "agreement.mode": { from: null, to: "approved" },
    });
    expect(await refusal(pair, signing(pair, agreement))).toBe("409 signer_unsigned");
  });

  test("is fired once when all sign at the same time, with one install", async ({ service }) => {
    const pair = await givenPair(service);
    const agreement = await givenAgreement(pair, { signers: everybody });

    const { lines } = await told(pair, () =>
      Promise.all(everybody.map((_, position) => signing(pair, agreement, position)())),
    );

    expect(lines).toEqual([
      "update_agreement → sales_org",
      "update_agreement → sales_org",
      "update_agreement → sales_org",
      "signed_agreement → sales_org",
      "new_install → sales_org, epc",
    ]);
  });

  test("is fired once when one signer signs many times at once", async ({ service }) => {
    const pair = await givenPair(service);
    const agreement = await givenAgreement(pair);
    const sign = signing(pair, agreement);

    const { answer, lines } = await told(pair, () =>
      Promise.allSettled(Array.from({ length: 8 }, sign)),
    );

    expect(answer.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(lines).toEqual(["signed_agreement → sales_org", "new_install → sales_org, epc"]);
  });

  test("is not fired for a declined agreement, which may be sent anew", async ({ service }) => {
    const pair = await givenPair(service);
    const agreement = await givenAgreement(pair);
    const { id } = agreement;
    await pair.sales.agreements.update({ id, status: "declined" });

    expect(await refusal(pair, signing(pair, agreement))).toBe("409 agreement_live");
    await pair.sales.agreements.update({ id, status: "sent" });
    const { lines } = await told(pair, signing(pair, agreement));

    expect(lines).toEqual(["signed_agreement → sales_org", "new_install → sales_org, epc"]);
  });
});

describe("delete_agreement", () => {
  test("is fired alone, with the reason, and ends the agreement", async ({ service }) => {
    const pair = await givenPair(service);
    const agreement = await givenAgreement(pair, { signers: [primary, coSigner] });
    const { id } = agreement;
    await signing(pair, agreement)();
    const remove = () => pair.sales.agreements.delete({ id, reason: "Wrong co-signer" });

    const { answer, lines, salesOrg } = await told(pair, remove);

    expect(lines).toEqual(["delete_agreement → sales_org"]);
    expect(only(salesOrg, "delete_agreement").changes).toEqual({
      "agreement.status": { from: "partially_signed", to: "deleted" },
      "agreement.deleted_at": { from: null, to: answer.deleted_at },
      "agreement.delete_reason": { from: null, to: "Wrong co-signer" },
    });
    for (const step of [
      remove,
      signing(pair, agreement, 1),
      () => pair.sales.agreements.update({ id, status: "sent" }),
    ]) {
      expect(await refusal(pair, step)).toBe("409 agreement_live");
    }
  });

  test("is refused for a signed agreement, which is voided by its install", async ({ service }) => {
    const pair = await givenPair(service);
    const agreement = await givenSignedAgreement(pair);
    const remove = () => pair.sales.agreements.delete({ id: agreement.id, reason: "Regret" });

    expect(await refusal(pair, remove)).toBe("409 agreement_unsigned");
    const install = await installOf(pair, agreement.survey_id);
    await pair.sales.installs.void({ id: install.id, reason: "Regret" });
    expect(await refusal(pair, remove)).toBe("409 agreement_live");
  });

  test("of others does not exist", async ({ service }) => {
    const pair = await givenPair(service);
    const other = await givenPair(service);
    const agreement = await givenAgreement(pair);
    const { id } = agreement;

    for (const step of [
      () => other.sales.agreements.delete({ id, reason: "Mine" }),
      () => other.sales.agreements.update({ id, status: "sent" }),
      signing({ ...pair, sales: other.sales }, agreement),
      () => other.installer.agreements.approve({ id }),
      () => other.installer.agreements.process({ id }),
    ]) {
      expect(await refusal(pair, step)).toBe("404 not_found");
    }
  });
});
