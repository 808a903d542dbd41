import type { OperationName } from "../../src/contract/operations.ts";
import {
  approveAgreement,
  createAgreement,
  deleteAgreement,
  processAgreement,
  signAgreement,
  updateAgreement,
  voidAgreement,
} from "./agreements.ts";
import {
  cancelAppointment,
  confirmAppointment,
  createAppointment,
  updateAppointment,
} from "./appointments.ts";
import { createChangeOrder, signChangeOrder, voidChangeOrder } from "./changeOrders.ts";
import type { Command } from "./command.ts";
import {
  createCustomer,
  createNote,
  updateCustomer,
  updateNote,
  upsertCustomer,
} from "./customers.ts";
import {
  completeSiteSurvey,
  completeSurvey,
  createFile,
  createSiteSurvey,
  createSurvey,
  updateSurvey,
} from "./deals.ts";
import {
  completeInstall,
  completeWelcomeCall,
  createInstallNote,
  restoreInstall,
  submitInstall,
  updateInstall,
  voidInstall,
} from "./installs.ts";
import {
  createLenderApplication,
  submitLenderApplication,
  updateLenderApplication,
} from "./lenderApplications.ts";
import { createMilestone, updateMilestone } from "./milestones.ts";
import {
  completeDesignRequest,
  createDesignRequest,
  createProposal,
  finalizeProposal,
  updateDesignRequest,
  updateProposal,
  viewProposal,
} from "./proposals.ts";
import { updateOrganization } from "./settings.ts";

/** What the model can do, by the name of the operation. */
export const commands = {
  createCustomer,
  upsertCustomer,
  updateCustomer,
  createNote,
  updateNote,
  createAppointment,
  updateAppointment,
  confirmAppointment,
  cancelAppointment,
  createSurvey,
  updateSurvey,
  completeSurvey,
  createFile,
  createSiteSurvey,
  completeSiteSurvey,
  createDesignRequest,
  updateDesignRequest,
  completeDesignRequest,
  createProposal,
  updateProposal,
  viewProposal,
  finalizeProposal,
  createLenderApplication,
  submitLenderApplication,
  updateLenderApplication,
  createAgreement,
  updateAgreement,
  signAgreement,
  approveAgreement,
  processAgreement,
  voidAgreement,
  deleteAgreement,
  updateInstall,
  submitInstall,
  voidInstall,
  restoreInstall,
  completeInstall,
  createInstallNote,
  createMilestone,
  updateMilestone,
  createChangeOrder,
  signChangeOrder,
  voidChangeOrder,
  completeWelcomeCall,
  updateOrganization,
} satisfies Partial<Record<OperationName, Command>>;
export type CommandName = keyof typeof commands;
export const commandNames = Object.keys(commands) as CommandName[];
