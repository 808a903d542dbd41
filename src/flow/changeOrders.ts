import { changeOrderLifecycle, installLifecycle } from "../contract/lifecycle.ts";
import { isDeepStrictEqual } from "node:util";
import { refuse } from "../contract/errors.ts";
import type { OperationInput } from "../contract/operations.ts";
import { ChangeOrder, Install } from "../contract/resources/install.ts";
import { findSignedChangeOrders, type DealGraph } from "../store/deals.ts";
import { command } from "./command.ts";
import { amendedBy, newValues } from "./contractTerms.ts";
import { keysOf, requireInstall } from "./installs.ts";
import { next } from "./lifecycle.ts";
import { newSigners, signedBy } from "./signers.ts";
import { requireOpenDeal } from "./surveys.ts";
import type { Work } from "./work.ts";

const what = "a change order";

export const createChangeOrder = command(
  "create_change_order",
  async (work, { params, body }: OperationInput<"createChangeOrder">) => {
    const { record: install, deal } = await work.open(Install, params.id);
    requireOpenDeal(deal);
    next(installLifecycle, { status: install.status, action: "amend", what: "an install" });
    const changeOrder = await work.insert(ChangeOrder, {
      ...body,
      ...keysOf(install),
      agreement_id: install.agreement_id,
      status: "pending",
      changes: against(install, body.changes),
      signers: newSigners(body.signers),
    });
    return work.show(ChangeOrder, changeOrder, deal);
  },
);

export const signChangeOrder = command(
  "sign_change_order",
  async (work, { params, body }: OperationInput<"signChangeOrder">) =>
    signed(work, params.id, body),
);

/** Records a signature. The last one applies the changes to the install in the same transaction. */
export async function signed(
  work: Work,
  id: string,
  { signer_id }: { signer_id: string },
): Promise<ChangeOrder> {
  const { record, deal } = await work.open(ChangeOrder, id);
  requireOpenDeal(deal);
  const install = requireAmendable(deal);
  requireInForce(record, install);
  next(changeOrderLifecycle, { status: record.status, action: "sign", what });
  const { signers, isLast } = signedBy(record.signers, signer_id, work.now);
  const action = isLast ? "signLast" : "sign";
  const status = next(changeOrderLifecycle, { status: record.status, action, what });
  if (!isLast) {
    const { after } = await work.update(ChangeOrder, record, { signers, status });
    return work.show(ChangeOrder, after, deal);
  }
  const values = newValues(record);
  const { after: amended, changes } = await work.update(Install, install, values);
  const { after } = await work.update(ChangeOrder, record, {
    signers,
    status,
    signed_at: work.now,
    // Another change order may have been signed meanwhile: old values are those that this one replaces.
    changes: asFromTo(install, values),
  });
  work.tell("signed_change_order", { ...deal, install: amended }, { change_order: after }, changes);
  return work.show(ChangeOrder, after, deal);
}

/** Ends a change order. The terms that a signed one had brought leave the install in the same transaction. */
export const voidChangeOrder = command(
  "void_change_order",
  async (work, { params }: OperationInput<"voidChangeOrder">) => {
    const { record, deal } = await work.open(ChangeOrder, params.id);
    const status = next(changeOrderLifecycle, { status: record.status, action: "void", what });
    const amended = record.status === "signed" ? requireAmendable(deal) : null;
    const { after } = await work.update(ChangeOrder, record, { status, voided_at: work.now });
    if (amended) await giveBackTerms(work, deal, amended);
    return work.show(ChangeOrder, after, deal);
  },
);

/** Brings an install to what its agreement and the change orders that still stand signed on it say. */
async function giveBackTerms(work: Work, deal: DealGraph, install: Install): Promise<void> {
  if (!deal.contract) throw new Error(`The install ${install.id} rests on no agreement`);
  const terms = amendedBy(deal.contract.proposal, await findSignedChangeOrders(work.tx, install));
  const { after, changes } = await work.update(Install, install, terms);
  if (changes) work.tell("update_install", { ...deal, install: after }, {}, changes);
}

/** The install of a deal whose contract may be changed. @throws {ApiError} `install_exists`, `install_active` */
function requireAmendable(deal: DealGraph): Install {
  const install = requireInstall(deal);
  next(installLifecycle, { status: install.status, action: "amend", what: "an install" });
  return install;
}

/** @throws {ApiError} `amends_contract_in_force` when the install was signed anew since. */
function requireInForce({ agreement_id }: ChangeOrder, install: Install): void {
  if (agreement_id === install.agreement_id) return;
  throw refuse(
    "amends_contract_in_force",
    `The change order amends the agreement ${agreement_id}, and the install rests on ${install.agreement_id}; make a new change order`,
  );
}

/**
 * Old and new value of what would change.
 * @throws {ApiError} `changes_something` when every value is the install's already.
 */
function against(install: Install, wanted: Readonly<Record<string, unknown>>) {
  const differing = Object.entries(wanted).filter(
    ([field, value]) => !isDeepStrictEqual(install[field as keyof Install], value),
  );
  if (differing.length === 0) {
    throw refuse("changes_something", "Every value is what the install has already");
  }
  return asFromTo(install, Object.fromEntries(differing));
}

const asFromTo = (install: Install, values: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(
    Object.entries(values).map(([field, to]) => [
      field,
      { from: install[field as keyof Install], to },
    ]),
  );
