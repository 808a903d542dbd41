import { isDeepStrictEqual } from "node:util";
import { refuse } from "../contract/errors.ts";
import type { OperationInput } from "../contract/operations.ts";
import { ChangeOrder, Install } from "../contract/resources/install.ts";
import { command } from "./command.ts";
import { contractFieldNames } from "./contractTerms.ts";
import { keysOf, requireInstall } from "./installs.ts";
import { changeOrderLifecycle, installLifecycle, next } from "./lifecycle.ts";
import { newSigners, signedBy } from "./signers.ts";

const what = "a change order";

export const createChangeOrder = command(
  "create_change_order",
  async (work, { params, body }: OperationInput<"createChangeOrder">) => {
    const { record: install, deal } = await work.open(Install, params.id);
    next(installLifecycle, { status: install.status, action: "amend", what: "an install" });
    const changeOrder = await work.insert(ChangeOrder, {
      ...body,
      ...keysOf(install),
      status: "pending",
      changes: against(install, body.changes),
      signers: newSigners(body.signers),
    });
    return work.show(ChangeOrder, changeOrder, deal);
  },
);

/** Records a signature. The last one applies the changes to the install in the same transaction. */
export const signChangeOrder = command(
  "sign_change_order",
  async (work, { params, body }: OperationInput<"signChangeOrder">) => {
    const { record, deal } = await work.open(ChangeOrder, params.id);
    const install = requireInstall(deal);
    next(installLifecycle, { status: install.status, action: "amend", what: "an install" });
    next(changeOrderLifecycle, { status: record.status, action: "sign", what });
    const { signers, isLast } = signedBy(record.signers, body.signer_id, work.now);
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
    work.tell(
      "signed_change_order",
      { ...deal, install: amended },
      { change_order: after },
      changes,
    );
    return work.show(ChangeOrder, after, deal);
  },
);

export const voidChangeOrder = command(
  "void_change_order",
  async (work, { params }: OperationInput<"voidChangeOrder">) => {
    const { record, deal } = await work.open(ChangeOrder, params.id);
    const status = next(changeOrderLifecycle, { status: record.status, action: "void", what });
    const { after } = await work.update(ChangeOrder, record, { status, voided_at: work.now });
    return work.show(ChangeOrder, after, deal);
  },
);

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

function newValues({ changes }: ChangeOrder): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const field of contractFieldNames) {
    const change = changes[field];
    if (change) values[field] = change.to;
  }
  return values;
}
