import type { Cast } from "./cast.ts";
import type { Once } from "./once.ts";
import { owners } from "./sale.ts";

/** Submission, note, milestones. */
export async function build({ sales, installing }: Cast, once: Once, id: string): Promise<void> {
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

/** A change order, signed. */
export async function amend({ installing, signing }: Cast, once: Once, id: string) {
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
}

/** The install ends, and comes back. */
export async function voidInstall({ sales }: Cast, once: Once, id: string): Promise<void> {
  await once("install voided", (options) =>
    sales.installs.void({ id, reason: "The lender asked for new documents" }, options),
  );
}

export async function restoreInstall({ sales }: Cast, once: Once, id: string): Promise<void> {
  await once("install restored", (options) => sales.installs.restore({ id }, options));
}

/** Permission to operate, completion. */
export async function finish(
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
