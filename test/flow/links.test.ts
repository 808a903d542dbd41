import { createHash } from "node:crypto";
import { describe, expect } from "vitest";
import type { Agreement } from "../../src/contract/resources/agreement.ts";
import {
  coSigner,
  givenAgreement,
  givenFinalizedProposal,
  givenInstall,
  givenProposal,
  pricing,
  primary,
} from "../deals.ts";
import { givenCustomer, givenPair, test, type Pair } from "../service.ts";
import { only, quiet, refusal, told } from "../told.ts";
import { dump } from "../world.ts";
import { drawn, holderOf, linkToAgreement, secretOf, signs, statement, typed } from "./guests.ts";

async function givenAppointment(pair: Pair) {
  const { id } = await givenCustomer(pair);
  const appointment = await pair.sales.appointments.create({
    id,
    type: "consultation",
    starts_at: "2026-12-07T18:00:00Z",
    ends_at: "2026-12-07T19:00:00Z",
    time_zone: "America/Chicago",
    assignee_id: pair.rep.id,
  });
  const link = await pair.sales.appointmentLinks.create({ id: appointment.id });
  return { appointment, holder: holderOf(pair.service, link), link };
}

/** The holders of links for all signers of an agreement, in their order. */
async function holdersOf(pair: Pair, agreement: Agreement) {
  const links = await Promise.all(
    agreement.signers.map((_, position) => linkToAgreement(pair, agreement, position)),
  );
  return links.map((link) => holderOf(pair.service, link));
}

describe("a link for an appointment", () => {
  test("shows it, and lets the customer confirm once", async ({ service }) => {
    const pair = await givenPair(service);
    const { holder } = await givenAppointment(pair);

    expect(await quiet(pair, () => holder.get())).toMatchObject({
      subject: "appointment",
      person: "Avery Sample",
      company: "Sample Solar Sales",
      status: "scheduled",
      appointment: { time_zone: "America/Chicago", with: "Rowan Rep" },
      document: null,
      signers: [],
    });
    const { answer, lines, salesOrg } = await told(pair, () => holder.confirm());
    expect(answer.status).toBe("confirmed");
    expect(lines).toEqual(["confirm_appointment → sales_org"]);
    expect(only(salesOrg, "confirm_appointment").actor).toMatchObject({
      kind: "customer",
      name: "Avery Sample",
    });
    expect(await refusal(pair, () => holder.confirm())).toBe("409 appointment_unconfirmed");
  });

  test("lets the customer decline, with or without a reason", async ({ service }) => {
    const pair = await givenPair(service);
    const { holder } = await givenAppointment(pair);
    const { answer, salesOrg } = await told(pair, () => holder.decline({ reason: "On holiday" }));

    expect(answer.status).toBe("cancelled");
    expect(only(salesOrg, "delete_appointment").data.appointment).toMatchObject({
      cancel_asked_by: "customer",
      cancel_reason: "On holiday",
    });
    expect(await refusal(pair, () => holder.decline())).toBe("409 appointment_open");
    expect(
      await refusal(pair, () => holder.sign({ document_sha256: "0".repeat(64), mark: typed })),
    ).toBe("404 not_found");
  });
});

describe("a link for a proposal", () => {
  test("shows it by View proposal only, which is a view, and hides what others earn", async ({
    service,
  }) => {
    const pair = await givenPair(service);
    const proposal = await givenProposal(pair);
    const { id } = proposal;
    await pair.sales.proposals.update({
      id,
      pricing: { dealer_fee_cents: 123_456, commission_base_cents: 654_321 },
    });
    const holder = holderOf(service, await pair.sales.proposalLinks.create({ id }));

    expect((await quiet(pair, () => holder.get())).document).toBeNull();
    const first = await told(pair, () => holder.view());
    expect(first.lines).toEqual(["update_proposal → sales_org"]);
    expect(only(first.salesOrg, "update_proposal").actor.kind).toBe("customer");
    expect(JSON.stringify(first.answer)).not.toMatch(/1,234\.56|6,543\.21/);
    expect(JSON.stringify(first.answer)).toContain("$34,560.00");
    expect((await told(pair, () => holder.view())).lines).toEqual([]);
  });
});

describe("a link for a signer", () => {
  test("shows nothing and takes no signature before the consent", async ({ service }) => {
    const pair = await givenPair(service);
    const [holder] = await holdersOf(pair, await givenAgreement(pair));
    if (!holder) throw new Error("No signer");
    const sign = () => holder.sign({ document_sha256: "0".repeat(64), mark: typed });

    expect((await holder.get()).document).toBeNull();
    expect(await refusal(pair, () => holder.view())).toBe("409 consent_given");
    expect(await refusal(pair, sign)).toBe("409 consent_given");
    expect(await refusal(pair, () => holder.consent({ statement_version: 99 }))).toBe(
      "422 invalid /statement_version",
    );
    expect((await holder.consent(statement)).document).not.toBeNull();
    expect(await refusal(pair, sign)).toBe("409 document_as_read");
  });

  test("tells that it was viewed, and of each signature; the last makes the install", async ({
    service,
  }) => {
    const pair = await givenPair(service);
    const { id: proposalId } = await givenFinalizedProposal(pair);
    const agreement = await pair.sales.agreements.create({
      id: proposalId,
      signers: [primary, coSigner],
    });
    const [first, second] = await holdersOf(pair, agreement);
    if (!first || !second) throw new Error("Two signers are asked");

    const one = await told(pair, () => signs(first));
    expect(one.lines).toEqual(["update_agreement → sales_org", "update_agreement → sales_org"]);
    expect(one.answer.signers.map(({ is_you, signed_at }) => [is_you, signed_at !== null])).toEqual(
      [
        [true, true],
        [false, false],
      ],
    );
    const two = await told(pair, () => signs(second, drawn));
    expect(two.lines).toEqual(["signed_agreement → sales_org", "new_install → sales_org, epc"]);
    expect(only(two.salesOrg, "signed_agreement").actor).toMatchObject({ kind: "e_sign" });
    expect(await refusal(pair, () => signs(second))).toBe("409 signer_unsigned");
  });

  test("keeps with the signature who signed what, and prints it into the PDF", async ({
    service,
  }) => {
    const pair = await givenPair(service);
    const agreement = await givenAgreement(pair);
    const link = await linkToAgreement(pair, agreement);
    const { guestDocuments } = service.clientOf(secretOf(link));
    const document = async () => new Uint8Array(await (await guestDocuments.get()).arrayBuffer());
    const holder = holderOf(service, link);
    await holder.consent(statement);
    const sha256 = (await holder.view()).document?.sha256 ?? "";
    const asRead = await document();
    expect(createHash("sha256").update(asRead).digest("hex")).toBe(sha256);
    await holder.sign({ document_sha256: sha256, mark: typed });

    const [row] = await service.sql`select * from signatures`;
    expect(row).toMatchObject({
      subject_id: agreement.id,
      document_version: 1,
      document_sha256: sha256,
      mark: JSON.stringify(typed),
      consent_version: 1,
      address: "127.0.0.1",
      user_agent: "node",
    });
    const signed = await document();
    expect(signed).not.toEqual(asRead);
    expect(await document()).toEqual(signed);
    expect(Buffer.from(signed).toString("latin1")).toContain("/EmbeddedFile");
  });

  test("takes no signature on a document that was generated anew since it was read", async ({
    service,
  }) => {
    const pair = await givenPair(service);
    const agreement = await givenAgreement(pair);
    const [holder] = await holdersOf(pair, agreement);
    if (!holder) throw new Error("No signer");
    await holder.consent(statement);
    const document_sha256 = (await holder.view()).document?.sha256 ?? "";
    await pair.sales.agreements.update({ id: agreement.id, regenerate: true });

    expect(await refusal(pair, () => holder.sign({ document_sha256, mark: typed }))).toBe(
      "409 document_as_read",
    );
    expect((await signs(holder)).status).toBe("signed");
  });

  test("ends when the signer's data change: it may have gone to the wrong person", async ({
    service,
  }) => {
    const pair = await givenPair(service);
    const { id: proposalId } = await givenFinalizedProposal(pair);
    const agreement = await pair.sales.agreements.create({
      id: proposalId,
      signers: [primary, coSigner],
    });
    const [first, second] = await holdersOf(pair, agreement);
    const id = agreement.signers[0]?.id ?? "";
    await pair.sales.agreements.update({
      id: agreement.id,
      signers: [{ id, email: "avery@example.com" }],
    });

    await expect(first?.get()).rejects.toMatchObject({ code: "unauthorized" });
    expect((await second?.get())?.subject).toBe("agreement");
  });

  test("lets the signer decline, and shows that", async ({ service }) => {
    const pair = await givenPair(service);
    const [holder] = await holdersOf(pair, await givenAgreement(pair));
    if (!holder) throw new Error("No signer");
    const { answer, lines, salesOrg } = await told(pair, () =>
      holder.decline({ reason: "The price first" }),
    );

    expect(answer.status).toBe("declined");
    expect(lines).toEqual(["update_agreement → sales_org"]);
    expect(only(salesOrg, "update_agreement").data.agreement).toMatchObject({
      status: "declined",
      decline_reason: "The price first",
    });
  });

  test("signs a change order, whose changes the install then has", async ({ service }) => {
    const pair = await givenPair(service);
    const install = await givenInstall(pair);
    const order = await pair.installer.changeOrders.create({
      id: install.id,
      reason: "Two modules more",
      changes: { contract_price_cents: pricing.contract_price_cents + 100_000 },
      signers: [primary],
    });
    const link = await pair.installer.changeOrderLinks.create({
      id: order.id,
      signer_id: order.signers[0]?.id ?? "",
    });
    const holder = holderOf(service, link);
    const { lines, answer } = await told(pair, () => signs(holder));

    expect(lines).toEqual(["signed_change_order → sales_org, epc"]);
    expect(answer.company).toBe("Example Installers");
    expect(JSON.stringify(answer.document)).toContain("$35,560.00 (was: $34,560.00)");
    expect((await pair.sales.installs.get({ id: install.id })).contract_price_cents).toBe(
      3_556_000,
    );
  });
});

describe("a link", () => {
  test("ends when its time is over, and when it is revoked", async ({ service }) => {
    const pair = await givenPair(service);
    const { holder, link, appointment } = await givenAppointment(pair);
    await service.sql`update links set expires_at = now() where id = ${link.id}`;
    await expect(holder.get()).rejects.toMatchObject({ code: "unauthorized" });

    const next = await pair.sales.appointmentLinks.create({ id: appointment.id });
    await pair.sales.links.delete({ id: next.id });
    await expect(holderOf(service, next).confirm()).rejects.toMatchObject({ code: "unauthorized" });
    await pair.sales.links.delete({ id: next.id });
  });

  test("has its secret shown once: it lies nowhere in the open", async ({ service }) => {
    const pair = await givenPair(service);
    const { link } = await givenAppointment(pair);
    const secret = secretOf(link);

    expect(secret).toMatch(/^hl_[\w-]{43}$/);
    expect(JSON.stringify(await dump(service.sql))).not.toContain(secret);
    const { data } = await pair.sales.links.list({ id: link.customer_id });
    expect(data).toEqual([expect.objectContaining({ id: link.id })]);
    expect(JSON.stringify(data)).not.toContain(secret);
  });

  test("opens its own page and nothing else", async ({ service }) => {
    const pair = await givenPair(service);
    const { link, appointment } = await givenAppointment(pair);
    const client = service.clientOf(secretOf(link));

    await expect(client.appointments.get({ id: appointment.id })).rejects.toMatchObject({
      code: "forbidden",
    });
    await expect(client.sessions.get()).rejects.toMatchObject({ code: "forbidden" });
    await expect(client.sessions.create({ key: secretOf(link) })).rejects.toMatchObject({
      code: "unauthorized",
    });
    await expect(pair.sales.guestPages.get()).rejects.toMatchObject({ code: "forbidden" });
  });

  test("is listed and revoked by the organization that made it only", async ({ service }) => {
    const pair = await givenPair(service);
    const install = await givenInstall(pair);
    const { agreement_id, customer_id } = install;
    const { signers } = await pair.sales.agreements.get({ id: agreement_id });
    const made = await pair.sales.agreementLinks.create({
      id: agreement_id,
      signer_id: signers[0]?.id ?? "",
    });

    expect((await pair.installer.links.list({ id: customer_id })).data).toEqual([]);
    await expect(pair.installer.links.delete({ id: made.id })).rejects.toMatchObject({
      code: "not_found",
    });
    expect((await holderOf(service, made).get()).status).toBe("signed");
  });
});
