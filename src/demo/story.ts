import type { Cast } from "./cast.ts";
import type { Journal } from "./journal.ts";
import { reportWelcomeCall } from "./welcomeCall.ts";

/** Does one step of the story, once. */
type Once = <T>(
  name: string,
  run: (options: { idempotencyKey: string }) => Promise<T>,
) => Promise<T>;

/** One customer from lead to permission to operate: every one of the 32 events at least once. */
export async function playStory(
  cast: Cast,
  { journal, url, pause }: { journal: Journal; url: string; pause: () => Promise<void> },
): Promise<void> {
  const once: Once = async (name, run) => {
    if (!journal.has(name)) await pause();
    return journal.step(name, (idempotencyKey) => run({ idempotencyKey }));
  };
  const customer = await meet(cast, once);
  const survey = await openDeal(cast, once, customer.id);
  const proposal = await propose(cast, once, survey.id);
  const agreement = await contract(cast, once, { surveyId: survey.id, proposalId: proposal.id });
  const installId = await findInstall(cast, once, agreement.survey_id);
  await once("welcome call", () => reportWelcomeCall(cast, url, survey.id));
  await build(cast, once, installId);
  await changeAndRestore(cast, once, installId);
  await finish(cast, once, { installId, surveyId: survey.id });
}

/** Lead, note, appointments. */
async function meet({ sales, rep }: Cast, once: Once) {
  const customer = await once("new customer", (options) =>
    sales.customers.create(
      {
        first_name: "Avery",
        last_name: "Sample",
        email: "avery.sample@example.com",
        address: { street: "100 Example Way", city: "Sampleton", state: "TX", zip: "75001" },
        time_zone: "America/Chicago",
        lead_source: "Website",
        annual_usage_kwh: 13_500,
        rep_id: rep.id,
        external_ids: { crm: "L-20931" },
      },
      options,
    ),
  );
  const { id } = customer;
  await once("telephone number", (options) =>
    sales.customers.update({ id, phone: "(555) 555-0101" }, options),
  );
  const note = await once("note", (options) =>
    sales.notes.create({ id, body: "Prefers calls." }, options),
  );
  await once("note corrected", (options) =>
    sales.notes.update({ id: note.id, body: "Prefers calls after 5 pm." }, options),
  );
  const day = (hour: number) => `2026-12-07T${hour}:00:00Z`;
  const appointment = await once("appointment", (options) =>
    sales.appointments.create(
      {
        id,
        type: "consultation",
        starts_at: day(18),
        ends_at: day(19),
        time_zone: "America/Chicago",
      },
      options,
    ),
  );
  await once("appointment moved", (options) =>
    sales.appointments.update(
      { id: appointment.id, starts_at: day(20), ends_at: day(21) },
      options,
    ),
  );
  await once("appointment confirmed", (options) =>
    sales.appointments.confirm({ id: appointment.id }, options),
  );
  const visit = await once("second appointment", (options) =>
    sales.appointments.create(
      {
        id,
        type: "site visit",
        starts_at: day(22),
        ends_at: day(23),
        time_zone: "America/Chicago",
      },
      options,
    ),
  );
  await once("second appointment cancelled", (options) =>
    sales.appointments.cancel(
      { id: visit.id, reason: "One visit is enough", asked_by: "customer" },
      options,
    ),
  );
  return customer;
}

/** Deal, installer, file, design. */
async function openDeal({ sales, installing, installer }: Cast, once: Once, customerId: string) {
  const survey = await once("deal", (options) =>
    sales.surveys.create(
      { id: customerId, type: "residential", title: "Sample residence" },
      options,
    ),
  );
  const { id } = survey;
  await once("installer chosen", (options) =>
    sales.surveys.update({ id, epc_id: installer.id, stage: "design_requested" }, options),
  );
  const bill = new File(["Example Power: 1,125 kWh"], "bill-2026-02.txt", { type: "text/plain" });
  await once("utility bill", (options) =>
    sales.files.create({ id, category: "utility_bill", file: bill }, options),
  );
  const request = await once("design asked for", (options) =>
    sales.designRequests.create(
      { id, notes: "Avoid the front roof.", target_offset_ratio: 1 },
      options,
    ),
  );
  await once("design delivered", (options) =>
    installing.designRequests.complete(
      {
        id: request.id,
        design: {
          system_size_dc_kw: 9.72,
          annual_production_kwh: 13_500,
          modules: [{ manufacturer: "Example Modules", model: "EX-405", watts: 405, count: 24 }],
          inverters: [{ manufacturer: "Example Power", model: "EP-290", count: 24 }],
          offset_ratio: 1,
        },
      },
      options,
    ),
  );
  return survey;
}

/** Proposal, price, lender. */
async function propose({ sales, lender }: Cast, once: Once, surveyId: string) {
  const proposal = await once("proposal", (options) =>
    sales.proposals.create(
      {
        id: surveyId,
        title: "24 modules, loan",
        pricing: { contract_price_cents: 3_206_000 },
        finance: { type: "loan", lender: "Example Lender", term_months: 240 },
      },
      options,
    ),
  );
  const { id } = proposal;
  await once("price changed", (options) =>
    sales.proposals.update(
      {
        id,
        pricing: {
          contract_price_cents: 3_456_000,
          base_price_cents: 3_206_000,
          adders: [{ name: "Main panel upgrade", amount_cents: 250_000 }],
        },
        finance: { term_months: 300 },
      },
      options,
    ),
  );
  await once("proposal viewed", (options) => sales.proposals.view({ id }, options));
  const application = await once("lender application", (options) =>
    sales.lenderApplications.create(
      { id, lender: "Example Lender", amount_cents: 3_456_000 },
      options,
    ),
  );
  await once("application submitted", (options) =>
    sales.lenderApplications.submit({ id: application.id }, options),
  );
  await once("application approved", (options) =>
    lender.lenderApplications.update(
      { id: application.id, credit: "approved", approved_amount_cents: 3_456_000 },
      options,
    ),
  );
  await once("proposal finalized", (options) => sales.proposals.finalize({ id }, options));
  return proposal;
}

const owners = [
  { role: "primary", name: "Avery Sample", email: "avery.sample@example.com" },
  { role: "co_signer", name: "Riley Sample", email: "riley.sample@example.com" },
] as const;

/** Agreement, site survey, signatures, the installer's approval and processing. */
async function contract(
  { sales, signing, installing }: Cast,
  once: Once,
  { surveyId, proposalId }: { surveyId: string; proposalId: string },
) {
  const wrong = await once("agreement with one signer", (options) =>
    sales.agreements.create({ id: proposalId, signers: [owners[0]] }, options),
  );
  await once("agreement deleted", (options) =>
    sales.agreements.delete({ id: wrong.id, reason: "The co-owner must sign too" }, options),
  );
  const agreement = await once("agreement", (options) =>
    sales.agreements.create({ id: proposalId, signers: [...owners] }, options),
  );
  const { id } = agreement;
  await once("agreement sent", (options) =>
    sales.agreements.update({ id, status: "sent" }, options),
  );
  const siteSurvey = await once("site survey", (options) =>
    sales.siteSurveys.create({ id: surveyId, kind: "visit" }, options),
  );
  await once("site survey done", (options) =>
    sales.siteSurveys.complete({ id: siteSurvey.id, notes: "Main panel is 200 A." }, options),
  );
  for (const signer of agreement.signers) {
    await once(`signature of ${signer.name}`, (options) =>
      signing.agreements.sign({ id, signer_id: signer.id }, options),
    );
  }
  await once("agreement approved", (options) => installing.agreements.approve({ id }, options));
  await once("contract processed", (options) => installing.agreements.process({ id }, options));
  return agreement;
}

async function findInstall({ installing }: Cast, once: Once, surveyId: string): Promise<string> {
  const { data } = await once("install", () => installing.installs.list({ survey_id: surveyId }));
  const [install] = data;
  if (!install) throw new Error(`The deal ${surveyId} has no install`);
  return install.id;
}

/** Submission, note, milestones. */
async function build({ sales, installing }: Cast, once: Once, id: string): Promise<void> {
  await once("project submitted", (options) => sales.installs.submit({ id }, options));
  await once("install note", (options) =>
    installing.installNotes.create({ id, body: "Crew of three, two days." }, options),
  );
  const milestone = await once("milestone", (options) =>
    installing.milestones.create(
      { id, title: "Permit packet to the county", task_group: "permit_application" },
      options,
    ),
  );
  await once("milestone done", (options) =>
    installing.milestones.update({ id: milestone.id, status: "completed" }, options),
  );
}

/** Change order, void, restore. */
async function changeAndRestore({ installing, signing, sales }: Cast, once: Once, id: string) {
  const order = await once("change order", (options) =>
    installing.changeOrders.create(
      {
        id,
        reason: "Two modules more on the garage",
        reason_code: "layout_or_module_count",
        changes: {
          contract_price_cents: 3_600_000,
          system_size_dc_kw: 10.53,
          modules: [{ manufacturer: "Example Modules", model: "EX-405", watts: 405, count: 26 }],
        },
        signers: [owners[0]],
      },
      options,
    ),
  );
  for (const signer of order.signers) {
    await once(`change order signed by ${signer.name}`, (options) =>
      signing.changeOrders.sign({ id: order.id, signer_id: signer.id }, options),
    );
  }
  await once("install voided", (options) =>
    sales.installs.void({ id, reason: "The lender asked for new documents" }, options),
  );
  await once("install restored", (options) => sales.installs.restore({ id }, options));
}

/** Permission to operate, completion. */
async function finish(
  { sales, installing }: Cast,
  once: Once,
  { installId, surveyId }: { installId: string; surveyId: string },
): Promise<void> {
  await once("permission to operate", (options) =>
    installing.installs.update(
      { id: installId, installed_on: "2027-02-10", pto_on: "2027-03-01", stage: "Operating" },
      options,
    ),
  );
  await once("install complete", (options) =>
    installing.installs.complete({ id: installId }, options),
  );
  await once("deal complete", (options) => sales.surveys.complete({ id: surveyId }, options));
}
