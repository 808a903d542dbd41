import type { EventData } from "../../catalogue.ts";
import type { ChangeOrder } from "../../resources/install.ts";
import type { Adder } from "../../resources/proposal.ts";
import { agent, briefCustomer, companies, numberOf, timestamps } from "./parts.ts";
import { dollars, sqlTime } from "./values.ts";

const changeOrderWords: Readonly<Record<ChangeOrder["status"], string>> = {
  pending: "pending",
  signed: "complete",
  voided: "voided",
};

/** A change order with what it changes. */
export const changeOrderShape = (data: EventData<"signed_change_order">) => ({
  id: data.change_order.number,
  status: changeOrderWords[data.change_order.status],
  ...companies(data),
  deal_id: data.survey.number,
  install_id: data.install.number,
  agreement_id: numberOf(data.agreement, data.install.agreement_id),
  change_values: changeValues(data.change_order.changes),
  signed_at: sqlTime(data.change_order.signed_at),
  pdf_url: data.change_order.document_url,
  customer: briefCustomer(data.customer),
  agent: agent(data.rep),
  timestamps: timestamps(data.change_order),
});

/** Adders are always there, as the old form has them; of the rest only what changed, under the old names. */
function changeValues(changes: ChangeOrder["changes"]) {
  const { contract_price_cents, system_size_dc_kw, annual_production_kwh, adders } = changes;
  const { modules, inverters, batteries } = changes;
  return {
    adders: { new: byPosition(adders?.to), old: byPosition(adders?.from) },
    ...(contract_price_cents && {
      system_cost: {
        new: dollars(contract_price_cents.to),
        old: dollars(contract_price_cents.from),
      },
    }),
    ...(system_size_dc_kw && { solar_system_size: newAndOld(system_size_dc_kw) }),
    ...(annual_production_kwh && {
      solar_data_system_production: newAndOld(annual_production_kwh),
    }),
    ...(modules && { modules: newAndOld(modules) }),
    ...(inverters && { inverters: newAndOld(inverters) }),
    ...(batteries && { batteries: newAndOld(batteries) }),
  };
}

const newAndOld = <T>({ from, to }: { readonly from: T; readonly to: T }) => ({
  new: to,
  old: from,
});

/** The old form keys adders by their id; ours have none, so it is their position, from 1. */
const byPosition = (adders: readonly Adder[] = []) =>
  Object.fromEntries(
    adders.map(({ name, amount_cents, quantity }, index) => [
      String(index + 1),
      {
        id: index + 1,
        cost: dollars(amount_cents),
        name,
        active: null,
        quantity,
        ignore_cost: null,
      },
    ]),
  );
