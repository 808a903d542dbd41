import { design, givenAgreement, givenDeal, givenDesign, givenInstall } from "../deals.ts";
import { givenCustomer, givenInstaller, type Pair } from "../service.ts";
import { offerCases } from "./offerCases.ts";
import { lost, type RuleCase, type RuleSetting } from "./ruleCase.ts";

export type { RuleSetting } from "./ruleCase.ts";

const day = (hour: number) => `2026-12-07T${hour}:00:00.000Z`;
const reason = "Asked for by the customer";

async function appointment(pair: Pair, act: "confirm" | "cancel") {
  const { id: customerId } = await givenCustomer(pair);
  const make = () =>
    pair.sales.appointments.create({
      id: customerId,
      type: "consultation",
      starts_at: day(18),
      ends_at: day(19),
      time_zone: "America/Chicago",
    });
  let { id } = await make();
  if (act === "confirm") await pair.sales.appointments.confirm({ id });
  else await pair.sales.appointments.cancel({ id, reason, asked_by: "customer" });
  return {
    current: () => id,
    async another() {
      ({ id } = await make());
    },
  };
}

/** A case that is mended by taking another record, because the first one is at its end. */
const retried = async (pair: Pair, act: (id: string) => Promise<unknown>): Promise<RuleCase> => {
  const { current, another } = await appointment(pair, "cancel");
  return { attempt: () => act(current()), mend: another };
};

/** Cases of the rules that an operation names, by `operation rule`: customers, appointments, deals, designs, offers. */
export const saleCases: Readonly<Record<string, RuleSetting>> = {
  "createCustomer external_id_free": {
    async arrange(pair) {
      const { id } = await givenCustomer(pair, { external_ids: { crm: "1" } });
      return {
        attempt: () => givenCustomer(pair, { external_ids: { crm: "1" } }),
        mend: () => pair.sales.customers.update({ id, external_ids: { crm: "2" } }),
      };
    },
  },
  "updateCustomer external_id_free": {
    async arrange(pair) {
      const { id } = await givenCustomer(pair, { external_ids: { crm: "1" } });
      const other = await givenCustomer(pair);
      return {
        attempt: () => pair.sales.customers.update({ id: other.id, external_ids: { crm: "1" } }),
        mend: () => pair.sales.customers.update({ id, external_ids: { crm: null } }),
      };
    },
  },
  "upsertCustomer external_id_free": {
    async arrange(pair) {
      const { id, first_name, last_name, address } = await givenCustomer(pair, {
        external_ids: { crm: "1" },
      });
      return {
        attempt: () =>
          pair.sales.customers.upsert({
            system: "erp",
            external_id: "1",
            first_name,
            last_name,
            address,
            external_ids: { crm: "1" },
          }),
        mend: () => pair.sales.customers.update({ id, external_ids: { crm: null } }),
      };
    },
  },
  "updateAppointment appointment_open": {
    arrange: (pair) => retried(pair, (id) => pair.sales.appointments.update({ id, notes: "Late" })),
  },
  "confirmAppointment appointment_open": {
    arrange: (pair) => retried(pair, (id) => pair.sales.appointments.confirm({ id })),
  },
  "cancelAppointment appointment_open": {
    arrange: (pair) =>
      retried(pair, (id) => pair.sales.appointments.cancel({ id, reason, asked_by: "customer" })),
  },
  "confirmAppointment appointment_unconfirmed": {
    async arrange(pair) {
      const id = (await appointment(pair, "confirm")).current();
      return {
        attempt: () => pair.sales.appointments.confirm({ id }),
        mend: () => pair.sales.appointments.update({ id, ends_at: day(20) }),
      };
    },
  },
  "createSurvey partnership_exists": {
    async arrange(pair) {
      const { id } = await givenCustomer(pair);
      const epc = await givenInstaller(pair.service);
      const { partnerships } = pair.service.operator;
      return {
        attempt: () => pair.sales.surveys.create({ id, epc_id: epc.id }),
        mend: () => partnerships.create({ sales_org_id: pair.salesOrg.id, epc_id: epc.id }),
      };
    },
  },
  "updateSurvey partnership_exists": {
    async arrange(pair) {
      const { id } = await givenDeal(pair);
      const epc = await givenInstaller(pair.service);
      const { partnerships } = pair.service.operator;
      return {
        attempt: () => pair.sales.surveys.update({ id, epc_id: epc.id }),
        mend: () => partnerships.create({ sales_org_id: pair.salesOrg.id, epc_id: epc.id }),
      };
    },
  },
  "createSurvey deal_completed_by_command": {
    async arrange(pair) {
      const { id } = await givenCustomer(pair);
      let stage: "completed" | "new" = "completed";
      return {
        attempt: () => pair.sales.surveys.create({ id, stage }),
        mend: async () => void (stage = "new"),
      };
    },
  },
  "updateSurvey deal_completed_by_command": {
    async arrange(pair) {
      const { id } = await givenDeal(pair);
      let stage: "completed" | "on_hold" = "completed";
      return {
        attempt: () => pair.sales.surveys.update({ id, stage }),
        mend: async () => void (stage = "on_hold"),
      };
    },
  },
  "updateSurvey installer_fixed_by_agreement": {
    async arrange(pair) {
      const { id, survey_id } = await givenAgreement(pair);
      return {
        attempt: () => pair.sales.surveys.update({ id: survey_id, epc_id: null }),
        mend: () => pair.sales.agreements.delete({ id, reason }),
      };
    },
  },
  "updateSurvey deal_open": {
    async arrange(pair) {
      const install = await givenInstall(pair);
      await pair.installer.installs.complete({ id: install.id });
      await pair.sales.surveys.complete({ id: install.survey_id });
      let id = install.survey_id;
      return {
        attempt: () => pair.sales.surveys.update({ id, stage: "on_hold" }),
        mend: async () => ({ id } = await givenDeal(pair)),
      };
    },
  },
  "completeSurvey deal_open": {
    async arrange(pair) {
      const { id, survey_id } = await givenInstall(pair);
      await pair.installer.installs.complete({ id });
      return lost(pair, survey_id, () => pair.sales.surveys.complete({ id: survey_id }));
    },
  },
  "completeSurvey install_complete": {
    async arrange(pair) {
      const { id, survey_id } = await givenInstall(pair);
      return {
        attempt: () => pair.sales.surveys.complete({ id: survey_id }),
        mend: () => pair.installer.installs.complete({ id }),
      };
    },
  },
  "completeSurvey required_steps_done": {
    page: true,
    async arrange(pair) {
      const { id, survey_id } = await givenInstall(pair);
      const types = [{ name: "residential", required_steps: ["submission" as const] }];
      await pair.sales.organizations.update({
        id: pair.salesOrg.id,
        settings: { deal_types: types },
      });
      // Only an active install can be submitted, so this one comes too late; another deal does not.
      await pair.installer.installs.complete({ id });
      let deal = survey_id;
      return {
        attempt: () => pair.sales.surveys.complete({ id: deal }),
        async mend() {
          const other = await givenInstall(pair);
          await pair.sales.installs.submit({ id: other.id });
          await pair.installer.installs.complete({ id: other.id });
          deal = other.survey_id;
        },
      };
    },
  },
  "createSiteSurvey deal_open": {
    async arrange(pair) {
      const { id } = await givenDeal(pair);
      return lost(pair, id, () => pair.sales.siteSurveys.create({ id, kind: "visit" }));
    },
  },
  "completeSiteSurvey agreement_exists": {
    async arrange(pair) {
      const survey = await givenDeal(pair);
      const { id } = await pair.sales.siteSurveys.create({ id: survey.id, kind: "visit" });
      return {
        attempt: () => pair.sales.siteSurveys.complete({ id }),
        mend: () => givenAgreement(pair, { survey }),
      };
    },
  },
  "completeSiteSurvey site_survey_open": {
    async arrange(pair) {
      const { survey_id } = await givenAgreement(pair);
      const plan = () => pair.sales.siteSurveys.create({ id: survey_id, kind: "visit" });
      let { id } = await plan();
      await pair.sales.siteSurveys.complete({ id });
      return {
        attempt: () => pair.sales.siteSurveys.complete({ id }),
        mend: async () => ({ id } = await plan()),
      };
    },
  },
  "createDesignRequest deal_open": {
    async arrange(pair) {
      const { id } = await givenDeal(pair);
      return lost(pair, id, () => pair.sales.designRequests.create({ id }));
    },
  },
  "createDesignRequest revision_of_delivered_design": {
    async arrange(pair) {
      const { id } = await givenDeal(pair);
      const revised = await pair.sales.designRequests.create({ id });
      return {
        attempt: () => pair.sales.designRequests.create({ id, revision_of: revised.id }),
        mend: () => pair.sales.designRequests.complete({ id: revised.id, design: design() }),
      };
    },
  },
  "updateDesignRequest design_request_open": {
    async arrange(pair) {
      let { id } = await givenDesign(pair);
      await pair.sales.designRequests.update({ id, status: "approved" });
      return {
        attempt: () => pair.sales.designRequests.update({ id, notes: "Wait" }),
        mend: async () => ({ id } = await givenDesign(pair)),
      };
    },
  },
  "updateDesignRequest design_delivered": {
    async arrange(pair) {
      const deal = await givenDeal(pair);
      const { id } = await pair.sales.designRequests.create({ id: deal.id });
      return {
        attempt: () => pair.sales.designRequests.update({ id, status: "approved" }),
        mend: () => pair.sales.designRequests.complete({ id, design: design() }),
      };
    },
  },
  "completeDesignRequest design_request_open": {
    async arrange(pair) {
      let { id } = await givenDesign(pair);
      await pair.sales.designRequests.update({ id, status: "cancelled" });
      return {
        attempt: () => pair.sales.designRequests.complete({ id, design: design(10.53) }),
        mend: async () => ({ id } = await givenDesign(pair)),
      };
    },
  },
  ...offerCases,
};
