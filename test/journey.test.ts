import { describe, expect } from "vitest";
import { events, eventTypes, isEventType, type EventEnvelope } from "../src/contract/catalogue.ts";
import { shapeOf } from "../src/contract/projectedText.ts";
import type { Client } from "../src/sdk/index.ts";
import { readFeed, type StoredEntry } from "../src/store/feed.ts";
import { givenNode, givenReceiver } from "./deliveryNode.ts";
import type { TestReceiver } from "./receiver.ts";
import {
  coSigner,
  givenDeal,
  givenDesign,
  installOf,
  pricing,
  primary,
  reportWelcomeCall,
  signAll,
} from "./deals.ts";
import { eventsOf, givenCustomer, givenPair, test, type Pair, type Service } from "./service.ts";

describe("one customer from lead to permission to operate", () => {
  test("is told to each party's receiver: its events, in order, once, signed", async ({
    service,
  }) => {
    const pair = await givenPair(service, {
      sales: {
        integrated_lenders: ["Example Lender"],
        deal_types: [{ name: "residential", required_steps: ["welcome_call", "milestones"] }],
      },
      installer: { agreement_mode: "processed", next_steps_page: true },
    });
    const handed = await givenDelivery(service);
    const ours = await givenEndpoint(pair.sales);
    const theirs = await givenEndpoint(pair.installer);

    const survey = await sell(pair);
    await contract(pair, survey.id);
    await build(pair, survey.id);

    await expectReceived(ours, pair.sales, [
      "new_customer",
      "update_customer",
      "new_note",
      "update_note",
      "new_appointment",
      "update_appointment",
      "confirm_appointment",
      "delete_appointment",
      "new_survey",
      "update_survey",
      "new_survey_file",
      "new_design_request",
      "updated_design_request",
      "new_proposal",
      "update_proposal",
      "update_lender_application",
      "update_lender_application",
      "new_agreement",
      "delete_agreement",
      "new_agreement",
      "update_agreement",
      "site_survey_complete",
      "update_agreement",
      "signed_agreement",
      "new_install",
      "callpilot_welcome_call_completed",
      "submit_install",
      "submit_install",
      "new_install_note",
      "project_milestone_created",
      "project_milestone_updated",
      "signed_change_order",
      "update_install",
      "restore_install",
      "update_install",
      "complete_survey",
    ]);
    await expectReceived(theirs, pair.installer, [
      "update_survey",
      "new_survey_file",
      "new_design_request",
      "updated_design_request",
      "contract_processed",
      "new_install",
      "callpilot_welcome_call_completed",
      "submit_install",
      "submit_install",
      "new_install_note",
      "project_milestone_created",
      "project_milestone_updated",
      "signed_change_order",
      "update_install",
      "restore_install",
      "update_install",
    ]);
    const seen = new Set([...bodiesOf(ours), ...bodiesOf(theirs)].map(({ type }) => type));
    expect([...seen].toSorted()).toEqual(eventTypes.toSorted());
    for (const { id } of [pair.salesOrg, pair.epc]) {
      const { entries } = await readFeed(service.sql, { organizationId: id, after: 0, limit: 100 });
      // What a commit hands to readers is what they would have read, so its bodies have the same bytes.
      expect(handed.filter((entry) => entry.organization_id === id)).toEqual(entries);
      // Nothing is stored that the contract does not name, so bodies are cut out of what is stored.
      for (const { type, data_shape } of entries) {
        expect([type, data_shape]).toEqual([
          type,
          isEventType(type) ? shapeOf(events[type].data) : null,
        ]);
      }
    }
  });
});

interface GivenEndpoint {
  readonly receiver: TestReceiver;
  readonly secret: string;
}

/** A node that delivers, told after each commit as a service tells its own. @returns what it is told, as it comes. */
async function givenDelivery({ sql, signal }: Service): Promise<StoredEntry[]> {
  const node = await givenNode(sql);
  const handed: StoredEntry[] = [];
  signal.listen((growth) => {
    node.grew(growth);
    handed.push(...growth.flatMap(({ entries }) => entries));
  });
  return handed;
}

async function givenEndpoint(client: Client): Promise<GivenEndpoint> {
  const receiver = await givenReceiver();
  const { secret } = await client.endpoints.create({ url: receiver.url, start: "beginning" });
  return { receiver, secret: secret ?? "" };
}

const bodiesOf = ({ receiver }: GivenEndpoint) =>
  receiver.requests.map(({ body }) => JSON.parse(body) as EventEnvelope);

/** The receiver got exactly these, and they are what the feed says. */
async function expectReceived(
  endpoint: GivenEndpoint,
  client: Client,
  types: readonly string[],
): Promise<void> {
  const { receiver, secret } = endpoint;
  await receiver.untilAccepted(types.length);
  for (const request of receiver.requests) receiver.verify(request, secret);
  const bodies = bodiesOf(endpoint);
  expect(bodies.map(({ type }) => type)).toEqual(types);
  expect(receiver.requests.map(({ attempt }) => attempt)).toEqual(types.map(() => 1));
  expect(receiver.sequences()).toEqual(types.map((_, at) => at + 1));
  expect(bodies).toEqual(await eventsOf(client));
}

/** From the lead to the finalized proposal. */
async function sell(pair: Pair) {
  const { sales } = pair;
  const customer = await givenCustomer(pair, { phone: null });
  const { id } = customer;
  await sales.customers.update({ id, phone: "(555) 555-0101" });
  const note = await sales.notes.create({ id, body: "Prefers calls." });
  await sales.notes.update({ id: note.id, body: "Prefers calls after 5 pm." });
  const appointment = await sales.appointments.create({
    id,
    type: "consultation",
    starts_at: "2026-12-07T18:00:00Z",
    ends_at: "2026-12-07T19:00:00Z",
    time_zone: "America/Chicago",
  });
  await sales.appointments.update({ id: appointment.id, ends_at: "2026-12-07T20:00:00Z" });
  await sales.appointments.confirm({ id: appointment.id });
  await sales.appointments.cancel({ id: appointment.id, reason: "Ill", asked_by: "customer" });

  const survey = await givenDeal(pair, { customer, epc_id: null });
  await sales.surveys.update({ id: survey.id, epc_id: pair.epc.id });
  const bill = new File(["Example Power: 1,125 kWh"], "bill.txt", { type: "text/plain" });
  await sales.files.create({ id: survey.id, category: "utility_bill", file: bill });
  await givenDesign(pair, survey);
  const proposal = await sales.proposals.create({
    id: survey.id,
    pricing,
    finance: { type: "loan", lender: "Example Lender", term_months: 240 },
  });
  await sales.proposals.update({ id: proposal.id, finance: { term_months: 300 } });
  await sales.proposals.view({ id: proposal.id });
  await sales.proposals.view({ id: proposal.id });
  const application = await sales.lenderApplications.create({
    id: proposal.id,
    lender: "Example Lender",
    amount_cents: 3_456_000,
  });
  await sales.lenderApplications.submit({ id: application.id });
  await sales.lenderApplications.update({ id: application.id, credit: "approved" });
  await sales.proposals.finalize({ id: proposal.id });
  return survey;
}

/** From the agreement to the install. */
async function contract(pair: Pair, surveyId: string): Promise<void> {
  const { sales, installer } = pair;
  const { data } = await sales.proposals.list({ id: surveyId });
  const id = data[0]?.id ?? "";
  const wrong = await sales.agreements.create({ id, signers: [primary] });
  await sales.agreements.delete({ id: wrong.id, reason: "The co-owner must sign too" });
  const agreement = await sales.agreements.create({ id, signers: [primary, coSigner] });
  await sales.agreements.update({ id: agreement.id, status: "sent" });
  const siteSurvey = await sales.siteSurveys.create({ id: surveyId, kind: "visit" });
  await sales.siteSurveys.complete({ id: siteSurvey.id });
  await signAll(pair, agreement);
  await installer.agreements.approve({ id: agreement.id });
  await installer.agreements.process({ id: agreement.id });
}

/** From the install to the end of the deal. */
async function build(pair: Pair, surveyId: string): Promise<void> {
  const { sales, installer, service, salesOrg } = pair;
  const { id } = await installOf(pair, surveyId);
  const { secret } = await service.operator.callpilotSecrets.create({ id: salesOrg.id });
  await reportWelcomeCall(pair, { secret, survey_id: surveyId });
  await reportWelcomeCall(pair, { secret, survey_id: surveyId });
  await sales.installs.submit({ id });
  await sales.installs.submit({ id });
  await installer.installNotes.create({ id, body: "Crew of three, two days." });
  const milestone = await installer.milestones.create({
    id,
    title: "Permit packet",
    task_group: "permit_application",
  });
  await installer.milestones.update({ id: milestone.id, status: "completed" });
  const order = await installer.changeOrders.create({
    id,
    reason: "Two modules more on the garage",
    changes: { contract_price_cents: 3_600_000 },
    signers: [primary],
  });
  const signer_id = order.signers[0]?.id ?? "";
  await sales.changeOrders.sign({ id: order.id, signer_id });
  await sales.installs.void({ id, reason: "Loan amount changed" });
  await sales.installs.restore({ id });
  await installer.installs.complete({ id });
  await sales.surveys.complete({ id: surveyId });
}
