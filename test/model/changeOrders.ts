import { coSigner, primary } from "../deals.ts";
import { both, command, pick } from "./command.ts";
import { anInstant, differs, isOpen, set, type ChangeOrder, type Install } from "./records.ts";
import { signedBy, signerAt, signersOf } from "./signers.ts";

export const createChangeOrder = command({
  by: both,
  on: ({ installs }) => installs,
  plan(install, { model, variant }) {
    const priceCents = pick(variant, [3_700_000, 3_800_000, 3_456_000]);
    const signers = pick(variant >> 1, [[primary], [primary, coSigner]]);
    const { deal, is } = install;
    return {
      deal,
      input: { priceCents, signers: signers.length },
      call: ({ changeOrders }) =>
        changeOrders.create({
          id: install.id,
          reason: "Two modules more on the garage",
          changes: { contract_price_cents: priceCents },
          signers,
        }),
      must: {
        deal_open: isOpen(deal),
        install_active: is.status === "active",
        changes_something: priceCents !== is.contract_price_cents,
      },
      becomes: (answer) =>
        model.changeOrders.push({
          id: answer.id,
          deal,
          install,
          is: {
            status: "pending",
            agreement_id: is.agreement_id,
            signers: signersOf(answer),
            signed_at: null,
          },
          priceCents,
          signing: 0,
        }),
    };
  },
});

/** The last signature applies the changes to the install, and that rides in the one event. */
export const signChangeOrder = command({
  by: both,
  on: ({ changeOrders }) => changeOrders,
  plan(order, { model, variant }) {
    const { deal, install, is, priceCents } = order;
    const signer = signerAt(is.signers, variant);
    const { after, isLast } = signedBy(is.signers, signer);
    return {
      deal,
      input: { signer: signer.name },
      call: ({ changeOrders }) => changeOrders.sign({ id: order.id, signer_id: signer.id }),
      must: {
        deal_open: isOpen(deal),
        install_active: install.is.status === "active",
        amends_contract_in_force: is.agreement_id === install.is.agreement_id,
        change_order_pending: is.status === "pending",
        signer_unsigned: signer.signed_at === null,
      },
      tells: isLast ? ["signed_change_order"] : [],
      becomes() {
        set(order, { signers: after });
        if (!isLast) return;
        set(order, { status: "signed", signed_at: anInstant });
        order.signing = 1 + Math.max(...model.changeOrders.map(({ signing }) => signing));
        set(install, { contract_price_cents: priceCents });
      },
    };
  },
});

/** Voiding a signed one gives the install back the price that it has without it. */
export const voidChangeOrder = command({
  by: both,
  on: ({ changeOrders }) => changeOrders,
  plan(order, { model }) {
    const { deal, install, is } = order;
    const others = model.changeOrders.filter((other) => other !== order);
    const price = is.status === "signed" ? priceOf(install, others) : {};
    return {
      deal,
      call: ({ changeOrders }) => changeOrders.void({ id: order.id }),
      must: {
        change_order_live: is.status !== "voided",
        install_active: is.status !== "signed" || install.is.status === "active",
      },
      tells: differs(install, price) ? ["update_install"] : [],
      becomes() {
        set(order, { status: "voided" });
        set(install, price);
      },
    };
  },
});

/** What the proposal says, unless a change order of the agreement in force is signed: then what the last signed one says. */
function priceOf({ agreement, is }: Install, orders: readonly ChangeOrder[]) {
  const [last] = orders
    .filter((order) => order.is.agreement_id === is.agreement_id && order.is.status === "signed")
    .toSorted((one, other) => other.signing - one.signing);
  const { contract_price_cents } = agreement.proposal.is.pricing;
  return { contract_price_cents: last?.priceCents ?? contract_price_cents };
}
