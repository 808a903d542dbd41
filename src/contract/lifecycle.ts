import type { Agreement } from "./resources/agreement.ts";
import type { Appointment } from "./resources/customer.ts";
import type { DesignRequest } from "./resources/design.ts";
import type { ChangeOrder, Install } from "./resources/install.ts";
import type { RuleName } from "./rules.ts";

/**
 * What the records of the flow allow in each status, as data: the commands follow it, and the console says it beforehand.
 */

/** Where an action leads from a status, or the rule that refuses it. */
export type Cell<Status> = Status | { readonly refusedBy: RuleName };

/** Every status names every action, so a new one of either does not compile until someone decides. */
export type Lifecycle<Status extends string, Action extends string> = Readonly<
  Record<Status, Readonly<Record<Action, Cell<Status>>>>
>;

const no = (refusedBy: RuleName) => ({ refusedBy });

export const appointmentLifecycle: Lifecycle<
  Appointment["status"],
  "change" | "reschedule" | "confirm" | "cancel" | "complete" | "miss"
> = {
  scheduled: {
    change: "scheduled",
    reschedule: "scheduled",
    confirm: "confirmed",
    cancel: "cancelled",
    complete: "completed",
    miss: "no_show",
  },
  confirmed: {
    change: "confirmed",
    reschedule: "scheduled",
    confirm: no("appointment_unconfirmed"),
    cancel: "cancelled",
    complete: "completed",
    miss: "no_show",
  },
  completed: {
    change: "completed",
    reschedule: no("appointment_open"),
    confirm: no("appointment_open"),
    cancel: no("appointment_open"),
    complete: "completed",
    miss: "no_show",
  },
  no_show: {
    change: "no_show",
    reschedule: "scheduled",
    confirm: no("appointment_open"),
    cancel: no("appointment_open"),
    complete: "completed",
    miss: "no_show",
  },
  cancelled: {
    change: no("appointment_open"),
    reschedule: no("appointment_open"),
    confirm: no("appointment_open"),
    cancel: no("appointment_open"),
    complete: no("appointment_open"),
    miss: no("appointment_open"),
  },
};

export const designRequestLifecycle: Lifecycle<
  DesignRequest["status"],
  "change" | "start" | "deliver" | "approve" | "cancel"
> = {
  new: {
    change: "new",
    start: "in_progress",
    deliver: "completed",
    approve: no("design_delivered"),
    cancel: "cancelled",
  },
  in_progress: {
    change: "in_progress",
    start: "in_progress",
    deliver: "completed",
    approve: no("design_delivered"),
    cancel: "cancelled",
  },
  completed: {
    change: "completed",
    start: "in_progress",
    deliver: "completed",
    approve: "approved",
    cancel: "cancelled",
  },
  approved: {
    change: no("design_request_open"),
    start: no("design_request_open"),
    deliver: no("design_request_open"),
    approve: "approved",
    cancel: no("design_request_open"),
  },
  cancelled: {
    change: no("design_request_open"),
    start: no("design_request_open"),
    deliver: no("design_request_open"),
    approve: no("design_request_open"),
    cancel: "cancelled",
  },
};

type AgreementAction =
  | "change"
  | "send"
  | "view"
  | "decline"
  | "regenerate"
  | "sign"
  | "signLast"
  | "void"
  | "restore"
  | "delete";

/** What a document that still wants signatures allows; only where it leads differs. */
const unsigned = {
  decline: "declined",
  regenerate: "created",
  sign: "partially_signed",
  signLast: "signed",
  void: no("agreement_signed"),
  restore: no("install_voided"),
  delete: "deleted",
} as const;

const over = (rule: RuleName): Readonly<Record<AgreementAction, Cell<Agreement["status"]>>> => ({
  change: no(rule),
  send: no(rule),
  view: no(rule),
  decline: no(rule),
  regenerate: no(rule),
  sign: no(rule),
  signLast: no(rule),
  void: no(rule),
  restore: no(rule),
  delete: no(rule),
});

export const agreementLifecycle: Lifecycle<Agreement["status"], AgreementAction> = {
  created: { ...unsigned, change: "created", send: "sent", view: "viewed" },
  sent: { ...unsigned, change: "sent", send: "sent", view: "viewed" },
  viewed: { ...unsigned, change: "viewed", send: "sent", view: "viewed" },
  partially_signed: {
    ...unsigned,
    change: "partially_signed",
    send: "partially_signed",
    view: "partially_signed",
  },
  declined: {
    ...unsigned,
    change: "declined",
    send: "sent",
    view: no("agreement_live"),
    decline: "declined",
    sign: no("agreement_live"),
    signLast: no("agreement_live"),
  },
  signed: {
    ...over("agreement_unsigned"),
    change: "signed",
    sign: no("signer_unsigned"),
    signLast: no("signer_unsigned"),
    void: "voided",
  },
  voided: { ...over("agreement_live"), restore: "signed" },
  deleted: over("agreement_live"),
};

export const installLifecycle: Lifecycle<
  Install["status"],
  "change" | "submit" | "void" | "restore" | "cancel" | "takeUp" | "complete" | "build" | "amend"
> = {
  active: {
    change: "active",
    submit: "active",
    void: "voided",
    restore: no("install_voided"),
    cancel: "cancelled",
    takeUp: "active",
    complete: "complete",
    build: "active",
    amend: "active",
  },
  voided: {
    change: "voided",
    submit: no("install_active"),
    void: no("install_active"),
    restore: "active",
    cancel: no("install_active"),
    takeUp: no("install_active"),
    complete: no("install_active"),
    build: no("install_active"),
    amend: no("install_active"),
  },
  cancelled: {
    change: "cancelled",
    submit: no("install_active"),
    void: "voided",
    restore: no("install_voided"),
    cancel: "cancelled",
    takeUp: "active",
    complete: no("install_active"),
    build: no("install_active"),
    amend: no("install_active"),
  },
  complete: {
    change: "complete",
    submit: no("install_active"),
    void: no("install_active"),
    restore: no("install_voided"),
    cancel: no("install_not_complete"),
    takeUp: no("install_not_complete"),
    complete: no("install_active"),
    build: "complete",
    amend: no("install_active"),
  },
};

export const changeOrderLifecycle: Lifecycle<ChangeOrder["status"], "sign" | "signLast" | "void"> =
  {
    pending: { sign: "pending", signLast: "signed", void: "voided" },
    signed: {
      sign: no("change_order_pending"),
      signLast: no("change_order_pending"),
      void: "voided",
    },
    voided: {
      sign: no("change_order_pending"),
      signLast: no("change_order_pending"),
      void: no("change_order_live"),
    },
  };
