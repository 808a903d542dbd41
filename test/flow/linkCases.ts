import { givenAgreement, givenInstall, primary, signAll } from "../deals.ts";
import { givenCustomer, type Pair } from "../service.ts";
import {
  holderOf,
  linkToAgreement,
  linkToChangeOrder,
  reads,
  secretOf,
  signs,
  typed,
  type Holder,
} from "./guests.ts";
import { lost, type RuleSetting } from "./ruleCase.ts";

const reason = "Asked for by the customer";

const order = (pair: Pair, { id }: { id: string }, price = 1) =>
  pair.sales.changeOrders.create({
    id,
    reason,
    changes: { contract_price_cents: price },
    signers: [primary],
  });

async function givenAppointment(pair: Pair) {
  const { id } = await givenCustomer(pair);
  const hours = { starts_at: "2026-12-07T18:00:00Z", ends_at: "2026-12-07T19:00:00Z" };
  const zone = { time_zone: "America/Chicago" };
  return pair.sales.appointments.create({ id, type: "consultation", ...hours, ...zone });
}

const atAppointment = async (pair: Pair): Promise<Holder> => {
  const { id } = await givenAppointment(pair);
  return holderOf(pair.service, await pair.sales.appointmentLinks.create({ id }));
};
const atAgreement = async (pair: Pair, agreement?: Awaited<ReturnType<typeof givenAgreement>>) =>
  holderOf(pair.service, await linkToAgreement(pair, agreement ?? (await givenAgreement(pair))));
const atChangeOrder = async (pair: Pair, install: { id: string }, price = 1) =>
  holderOf(pair.service, await linkToChangeOrder(pair, await order(pair, install, price)));

/** An act by a link, mended by doing it by another one. */
const anew =
  (
    begin: (pair: Pair) => Promise<Holder>,
    before: (holder: Holder) => Promise<unknown>,
    act: (holder: Holder) => Promise<unknown>,
  ): RuleSetting["arrange"] =>
  async (pair) => {
    let holder = await begin(pair);
    await before(holder);
    return {
      attempt: () => act(holder),
      mend: async () => {
        holder = await begin(pair);
      },
    };
  };

/** What was read by a link before the consent, mended by it. */
const unconsented =
  (act: (pair: Pair, secret: string) => Promise<unknown>): RuleSetting["arrange"] =>
  async (pair) => {
    const link = await linkToAgreement(pair, await givenAgreement(pair));
    return {
      attempt: () => act(pair, secretOf(link)),
      mend: () => reads(holderOf(pair.service, link)),
    };
  };
const pagesOf = ({ service }: Pair, secret: string) => service.clientOf(secret).guestPages;

/** Cases of the rules that an operation names, by `operation rule`: links, and what is done by them. */
export const linkCases: Readonly<Record<string, RuleSetting>> = {
  "createAppointmentLink appointment_open": {
    async arrange(pair) {
      let { id } = await givenAppointment(pair);
      await pair.sales.appointments.cancel({ id, reason, asked_by: "customer" });
      return {
        attempt: () => pair.sales.appointmentLinks.create({ id }),
        mend: async () => ({ id } = await givenAppointment(pair)),
      };
    },
  },
  "createAgreementLink agreement_live": {
    async arrange(pair) {
      let agreement = await givenAgreement(pair);
      await pair.sales.agreements.delete({ id: agreement.id, reason });
      return {
        attempt: () => linkToAgreement(pair, agreement),
        mend: async () => {
          agreement = await givenAgreement(pair);
        },
      };
    },
  },
  "createChangeOrderLink change_order_live": {
    async arrange(pair) {
      const install = await givenInstall(pair);
      let made = await order(pair, install);
      await pair.sales.changeOrders.void({ id: made.id });
      return {
        attempt: () => linkToChangeOrder(pair, made),
        mend: async () => {
          made = await order(pair, install);
        },
      };
    },
  },
  "viewGuestPage consent_given": {
    arrange: unconsented((pair, secret) => pagesOf(pair, secret).view()),
  },
  "getGuestDocument consent_given": {
    arrange: unconsented(({ service }, secret) => service.clientOf(secret).guestDocuments.get()),
  },
  "confirmGuestPage appointment_open": {
    arrange: anew(
      atAppointment,
      (holder) => holder.decline(),
      (holder) => holder.confirm(),
    ),
  },
  "confirmGuestPage appointment_unconfirmed": {
    arrange: anew(
      atAppointment,
      (holder) => holder.confirm(),
      (holder) => holder.confirm(),
    ),
  },
  "declineGuestPage appointment_open": {
    arrange: anew(
      atAppointment,
      (holder) => holder.decline(),
      (holder) => holder.decline(),
    ),
  },
  "declineGuestPage agreement_live": {
    async arrange(pair) {
      const agreement = await givenAgreement(pair);
      let holder = await atAgreement(pair, agreement);
      await pair.sales.agreements.delete({ id: agreement.id, reason });
      return {
        attempt: () => holder.decline(),
        mend: async () => {
          holder = await atAgreement(pair);
        },
      };
    },
  },
  "declineGuestPage agreement_unsigned": {
    arrange: anew(atAgreement, signs, (holder) => holder.decline()),
  },
  "signGuestPage consent_given": {
    async arrange(pair) {
      const link = await linkToAgreement(pair, await givenAgreement(pair));
      const holder = holderOf(pair.service, link);
      let document_sha256 = "0".repeat(64);
      return {
        attempt: () => holder.sign({ document_sha256, mark: typed }),
        mend: async () => {
          document_sha256 = await reads(holder);
        },
      };
    },
  },
  "signGuestPage document_as_read": {
    async arrange(pair) {
      const agreement = await givenAgreement(pair);
      const holder = await atAgreement(pair, agreement);
      let document_sha256 = await reads(holder);
      await pair.sales.agreements.update({ id: agreement.id, regenerate: true });
      return {
        attempt: () => holder.sign({ document_sha256, mark: typed }),
        mend: async () => {
          document_sha256 = await reads(holder);
        },
      };
    },
  },
  "signGuestPage deal_open": {
    async arrange(pair) {
      const agreement = await givenAgreement(pair);
      const holder = await atAgreement(pair, agreement);
      await reads(holder);
      return lost(pair, agreement.survey_id, () => signs(holder));
    },
  },
  "signGuestPage agreement_live": {
    async arrange(pair) {
      const agreement = await givenAgreement(pair);
      const holder = await atAgreement(pair, agreement);
      await reads(holder);
      await holder.decline();
      return {
        attempt: () => signs(holder),
        mend: () => pair.sales.agreements.update({ id: agreement.id, status: "sent" }),
      };
    },
  },
  "signGuestPage signer_unsigned": { arrange: anew(atAgreement, signs, signs) },
  "signGuestPage install_active": {
    async arrange(pair) {
      const { id } = await givenInstall(pair);
      const holder = await atChangeOrder(pair, { id });
      await reads(holder);
      await pair.sales.installs.void({ id, reason });
      return { attempt: () => signs(holder), mend: () => pair.sales.installs.restore({ id }) };
    },
  },
  "signGuestPage amends_contract_in_force": {
    async arrange(pair) {
      const install = await givenInstall(pair);
      let holder = await atChangeOrder(pair, install);
      await reads(holder);
      const { proposal_id } = await pair.sales.agreements.get({ id: install.agreement_id });
      await pair.sales.installs.void({ id: install.id, reason });
      const signers = [primary];
      await signAll(pair, await pair.sales.agreements.create({ id: proposal_id, signers }));
      return {
        attempt: () => signs(holder),
        mend: async () => {
          holder = await atChangeOrder(pair, install);
        },
      };
    },
  },
  "signGuestPage change_order_pending": {
    async arrange(pair) {
      const install = await givenInstall(pair);
      let holder = await atChangeOrder(pair, install);
      await signs(holder);
      return {
        attempt: () => signs(holder),
        mend: async () => {
          holder = await atChangeOrder(pair, install, 2);
        },
      };
    },
  },
};
