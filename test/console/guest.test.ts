import type { Page } from "playwright-core";
import { describe, expect } from "vitest";
import { drawn, linkToAgreement, linkToChangeOrder } from "../flow/guests.ts";
import {
  coSigner,
  givenFinalizedProposal,
  givenInstall,
  givenProposal,
  primary,
} from "../deals.ts";
import { eventsOf, givenCustomer, givenPair } from "../service.ts";
import { barriers } from "./barriers.ts";
import { test } from "./browser.ts";

const press = (page: Page, name: string) => page.getByRole("button", { name, exact: true }).click();

const fits = (page: Page) =>
  page.evaluate("document.documentElement.scrollWidth <= window.innerWidth");

async function givenVisit(pair: Awaited<ReturnType<typeof givenPair>>) {
  const { id } = await givenCustomer(pair);
  const { id: visit } = await pair.sales.appointments.create({
    id,
    type: "consultation",
    starts_at: "2026-12-07T18:00:00Z",
    ends_at: "2026-12-07T19:00:00Z",
    time_zone: "America/Chicago",
    location: "100 Example Way",
    assignee_id: pair.rep.id,
  });
  return pair.sales.appointmentLinks.create({ id: visit });
}

describe("the page of a link, on a phone", () => {
  test("lets a customer confirm an appointment, and cancel it after all", async ({
    service,
    openAddress,
  }) => {
    const pair = await givenPair(service);
    const page = await openAddress((await givenVisit(pair)).url);

    // At the site, whatever zone the phone is in.
    await page.getByText("Monday, December 7").waitFor();
    await page.getByText(/12:00.*1:00 PM CST/).waitFor();
    expect(await barriers(page)).toEqual([]);
    await press(page, "Confirm the appointment");
    await page.getByText("You confirmed. See you then.").waitFor();
    await press(page, "I cannot make it");
    await page.getByLabel(/^Why not/).fill("On holiday");
    await press(page, "Cancel the appointment");
    await page.getByRole("heading", { name: "Your appointment is cancelled" }).waitFor();

    const types = (await eventsOf(pair.sales)).map(({ type }) => type);
    expect(types.slice(-2)).toEqual(["confirm_appointment", "delete_appointment"]);
  });

  test("shows a proposal by View proposal", async ({ service, openAddress }) => {
    const pair = await givenPair(service);
    const { id } = await givenProposal(pair);
    await pair.sales.proposals.update({ id, pricing: { down_payment_cents: 100_000 } });
    const page = await openAddress((await pair.sales.proposalLinks.create({ id })).url);

    await page.getByRole("heading", { name: /your solar proposal is ready/ }).waitFor();
    const before = (await eventsOf(pair.sales)).length;
    await press(page, "View proposal");
    await page.getByText("$34,560.00").waitFor();
    expect(await barriers(page)).toEqual([]);
    expect(await fits(page)).toBe(true);
    const told = (await eventsOf(pair.sales)).slice(before).map(({ type }) => type);
    expect(told).toEqual(["update_proposal"]);
  });

  test("takes two signatures, one typed and one drawn, and gives the signed copy", async ({
    service,
    openAddress,
  }) => {
    const pair = await givenPair(service, {
      installer: { agreement_terms: "We build with care.\n\nWe clean up after us." },
    });
    const { id: proposalId } = await givenFinalizedProposal(pair);
    const signers = [primary, coSigner];
    const agreement = await pair.sales.agreements.create({ id: proposalId, signers });
    const first = await openAddress((await linkToAgreement(pair, agreement, 0)).url);

    // Nothing is read before the consent.
    await first.getByRole("heading", { name: /your agreement is ready to sign/ }).waitFor();
    await press(first, "Read the agreement");
    expect(await first.getByText("We build with care.").count()).toBe(0);
    await first.getByLabel(/I agree to receive and sign/).check();
    await press(first, "Read the agreement");
    await first.getByText("We build with care.").waitFor();
    expect(await barriers(first)).toEqual([]);
    expect(await fits(first)).toBe(true);
    await press(first, "Sign the agreement");
    await first.getByText("Type your name to sign.").waitFor();
    await first.getByLabel("Your full name").fill("Avery Sample");
    await press(first, "Sign the agreement");
    await first.getByText(/^You signed on .* Others are still to sign\.$/).waitFor();

    const second = await openAddress((await linkToAgreement(pair, agreement, 1)).url, {
      theme: "dark",
    });
    await second.getByLabel(/I agree to receive and sign/).check();
    await press(second, "Read the agreement");
    await second.getByLabel("Draw it").check();
    const pad = second.getByRole("img", { name: "Empty field to sign in" });
    await pad.scrollIntoViewIfNeeded();
    const box = await pad.boundingBox();
    if (!box) throw new Error("There is no field to sign in");
    await second.mouse.move(box.x + box.width * 0.1, box.y + box.height * 0.5);
    await second.mouse.down();
    await second.mouse.move(box.x + box.width * 0.9, box.y + box.height * 0.3, { steps: 5 });
    await second.mouse.up();
    await second.getByRole("img", { name: "Your signature" }).waitFor();
    expect(await barriers(second)).toEqual([]);
    await press(second, "Sign the agreement");
    await second.getByText(/^You signed on .* All have signed\.$/).waitFor();

    const saving = second.waitForEvent("download");
    await press(second, "Download the signed agreement (PDF)");
    expect((await saving).suggestedFilename()).toBe("agreement.pdf");
    const [row] = await service.sql<{ mark: string }[]>`
      select mark from signatures where signer_id = ${agreement.signers[1]?.id ?? ""}
    `;
    expect(JSON.parse(row?.mark ?? "null")).toMatchObject({ kind: drawn.kind });
    const types = (await eventsOf(pair.sales)).map(({ type }) => type);
    expect(types.slice(-2)).toEqual(["signed_agreement", "new_install"]);
  });

  test("asks to read again what was generated anew meanwhile", async ({ service, openAddress }) => {
    const pair = await givenPair(service);
    const { id: proposalId } = await givenFinalizedProposal(pair);
    const agreement = await pair.sales.agreements.create({ id: proposalId, signers: [primary] });
    const page = await openAddress((await linkToAgreement(pair, agreement)).url);
    await page.getByLabel(/I agree to receive and sign/).check();
    await press(page, "Read the agreement");
    await page.getByLabel("Your full name").fill("Avery Sample");
    await pair.sales.agreements.update({ id: agreement.id, regenerate: true });
    await press(page, "Sign the agreement");
    await page.getByText(/please read it again before you sign/).waitFor();
    await press(page, "Sign the agreement");
    await page.getByText(/^You signed on .* All have signed\.$/).waitFor();
  });

  test("takes a change order, and says when the signer declines an agreement", async ({
    service,
    openAddress,
  }) => {
    const pair = await givenPair(service);
    const install = await givenInstall(pair);
    const order = await pair.installer.changeOrders.create({
      id: install.id,
      reason: "Two modules more",
      changes: { contract_price_cents: 3_600_000 },
      signers: [primary],
    });
    const page = await openAddress((await linkToChangeOrder(pair, order)).url);
    await page.getByLabel(/I agree to receive and sign/).check();
    await press(page, "Read the change order");
    await page.getByText("$36,000.00 (was: $34,560.00)").waitFor();
    await page.getByLabel("Your full name").fill("Avery Sample");
    await press(page, "Sign the change order");
    await page.getByText(/^You signed on .* All have signed\.$/).waitFor();

    const { id } = await givenFinalizedProposal(pair);
    const agreement = await pair.sales.agreements.create({ id, signers: [primary] });
    const other = await openAddress((await linkToAgreement(pair, agreement)).url);
    await other.getByLabel(/I agree to receive and sign/).check();
    await press(other, "Read the agreement");
    await press(other, "I do not want to sign");
    await other.getByLabel(/^Why not/).fill("The price first");
    await press(other, "Decline");
    await other.getByText(/^You declined\./).waitFor();
    const { decline_reason } = await pair.sales.agreements.get({ id: agreement.id });
    expect(decline_reason).toBe("The price first");
  });

  test("says when it opens nothing any more", async ({ service, openAddress }) => {
    const pair = await givenPair(service);
    const link = await givenVisit(pair);
    await pair.sales.links.delete({ id: link.id });
    const over = { name: "This link opens nothing any more" };
    await (await openAddress(link.url)).getByRole("heading", over).waitFor();
    await (await openAddress(`${service.url}/page`)).getByRole("heading", over).waitFor();
  });
});

describe("the page of a deal", () => {
  test("makes a link for a signer, shows whether it was used, and revokes it", async ({
    service,
    openAs,
    openAddress,
  }) => {
    const pair = await givenPair(service);
    const proposal = await givenFinalizedProposal(pair);
    await pair.sales.agreements.create({ id: proposal.id, signers: [primary] });
    const page = await openAs(pair.salesOrg.id, `/deals/${proposal.survey_id}`);
    const agreement = page
      .locator("section")
      .filter({ has: page.getByRole("heading", { level: 2, name: "Agreement" }) });
    await agreement.getByRole("button", { name: "Link", exact: true }).click();
    const dialog = page.getByRole("dialog");
    await press(page, "Make the link");
    const url = (await dialog.getByLabel("The link").textContent()) ?? "";
    await press(page, "Close");
    const links = page
      .locator("section")
      .filter({ has: page.getByRole("heading", { level: 2, name: "Links for people" }) });
    await links.getByText(/not used yet/).waitFor();

    const guest = await openAddress(url);
    await guest.getByLabel(/I agree to receive and sign/).check();
    await press(guest, "Read the agreement");
    await guest.getByRole("heading", { name: /^Agreement \d+$/ }).waitFor();
    await links.getByText(/^Agreement, used/).waitFor();
    await links.getByRole("button", { name: "Revoke" }).click();
    await links.getByText(/revoked/).waitFor();
    await press(guest, "Sign the agreement");
    await guest.getByText("Type your name to sign.").waitFor();
    await guest.reload();
    await guest.getByRole("heading", { name: "This link opens nothing any more" }).waitFor();
  });

  test("has the next-steps page, where Submit hands the project over", async ({
    service,
    openAs,
  }) => {
    const pair = await givenPair(service, { installer: { next_steps_page: true } });
    const install = await givenInstall(pair);
    const page = await openAs(pair.salesOrg.id, `/deals/${install.survey_id}`);
    await page.getByRole("link", { name: "Next steps" }).click();
    await page.getByRole("heading", { level: 1, name: "Next steps" }).waitFor();
    await press(page, "Submit");
    await page.getByRole("dialog").getByRole("button", { name: "Submit", exact: true }).click();
    await page.getByText(/^Submission 1 was made/).waitFor();
    const last = (await eventsOf(pair.sales)).at(-1);
    expect(last?.type).toBe("submit_install");
  });
});
