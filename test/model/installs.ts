import { Problem } from "../../src/contract/problem.ts";
import type { CallInput } from "../../src/sdk/client.ts";
import { HeliographError } from "../../src/sdk/index.ts";
import { reportWelcomeCall } from "../deals.ts";
import { both, command, pick } from "./command.ts";
import {
  differs,
  installOf,
  isVisible,
  ofDeal,
  set,
  standingAgreement,
  type Install,
} from "./records.ts";

type Edit = Pick<CallInput<"updateInstall">, "status"> & Partial<Omit<Install["is"], "status">>;

/** A voided or complete install is neither cancelled nor taken up again; its other fields may change. */
export const updateInstall = command({
  by: both,
  on: ({ installs }) => installs,
  plan(install, { variant, roles }) {
    const values = pick<Edit>(variant, [
      { stage: "Permitting" },
      { status: "cancelled" },
      { status: "active" },
      { project_manager: "Ingrid Installer" },
      { stage: "Inspection" },
      { commission_cents: 210_000 },
      { install_cost_cents: 1_800_000 },
    ]);
    const hidden = Object.keys(values).find((field) => !isVisible(field, roles));
    const { deal, is } = install;
    return {
      deal,
      input: values,
      call: ({ installs }) => installs.update({ id: install.id, ...values }),
      invalid: hidden !== undefined && `/${hidden}`,
      must: {
        install_active: !values.status || is.status !== "voided",
        install_not_complete: !values.status || is.status !== "complete",
      },
      differs: differs(install, values as Partial<Install["is"]>),
      tells: ["update_install"],
      becomes: () => set(install, values as Partial<Install["is"]>),
    };
  },
});

export const submitInstall = command({
  by: both,
  on: ({ installs }) => installs,
  plan: (install, { model }) => ({
    deal: install.deal,
    call: ({ installs }) => installs.submit({ id: install.id }),
    must: {
      next_steps_page_on: model.installer.next_steps_page,
      install_active: install.is.status === "active",
    },
    tells: ["submit_install"],
    becomes: () => set(install, { submission_number: install.is.submission_number + 1 }),
  }),
});

/** A cancelled install's contract can be voided too. The agreement goes with it. */
export const voidInstall = command({
  by: both,
  on: ({ installs }) => installs,
  plan: (install) => ({
    deal: install.deal,
    call: ({ installs }) => installs.void({ id: install.id, reason: "Loan amount changed" }),
    must: { install_active: ["active", "cancelled"].includes(install.is.status) },
    tells: ["update_install"],
    becomes() {
      set(install, { status: "voided" });
      set(install.agreement, { status: "voided" });
    },
  }),
});

export const restoreInstall = command({
  by: both,
  on: ({ installs }) => installs,
  plan: (install, { model }) => ({
    deal: install.deal,
    call: ({ installs }) => installs.restore({ id: install.id }),
    must: {
      install_voided: install.is.status === "voided",
      one_live_agreement: !standingAgreement(model, install.deal),
    },
    tells: ["restore_install"],
    becomes() {
      set(install, { status: "active" });
      set(install.agreement, { status: "signed" });
    },
  }),
});

export const completeInstall = command({
  by: both,
  on: ({ installs }) => installs,
  plan: (install) => ({
    deal: install.deal,
    call: ({ installs }) => installs.complete({ id: install.id }),
    must: { install_active: install.is.status === "active" },
    tells: ["update_install"],
    becomes: () => set(install, { status: "complete" }),
  }),
});

export const createInstallNote = command({
  by: both,
  on: ({ installs }) => installs,
  plan: (install, { model }) => ({
    deal: install.deal,
    call: ({ installNotes }) => installNotes.create({ id: install.id, body: "Gate code 1234" }),
    tells: ["new_install_note"],
    becomes: ({ id }) =>
      model.installNotes.push({ id, deal: install.deal, install, is: { body: "Gate code 1234" } }),
  }),
});

/** The same call reported again for a deal is the call that is there. */
export const completeWelcomeCall = command({
  by: [],
  on: ({ deals }) => deals,
  plan(deal, { model, variant }) {
    const call_id = pick(variant, ["call-1", "call-2", "call-3"]);
    const isKnown = ofDeal(model.welcomeCalls, deal).some(({ is }) => is.call_id === call_id);
    const install = installOf(model, deal);
    return {
      deal,
      input: { call_id },
      async call(_, world) {
        const { callpilotSecret: secret } = world;
        const response = await reportWelcomeCall(world, { secret, survey_id: deal.id, call_id });
        const body: unknown = await response.json();
        if (!response.ok) throw new HeliographError(Problem.parse(body));
        return body as { id: string };
      },
      must: { install_exists: isKnown || install !== undefined },
      differs: !isKnown,
      tells: ["callpilot_welcome_call_completed"],
      becomes: ({ id }) =>
        install && model.welcomeCalls.push({ id, deal, install, is: { call_id } }),
    };
  },
});
