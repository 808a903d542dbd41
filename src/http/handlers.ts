import type { OperationAnswer, OperationInput, OperationName } from "../contract/operations.ts";
import { Agreement } from "../contract/resources/agreement.ts";
import { Appointment, Customer, InstallNote, Note } from "../contract/resources/customer.ts";
import { DesignRequest } from "../contract/resources/design.ts";
import { ChangeOrder, Install, Milestone } from "../contract/resources/install.ts";
import { LenderApplication } from "../contract/resources/lenderApplication.ts";
import { Proposal } from "../contract/resources/proposal.ts";
import { SiteSurvey, Survey } from "../contract/resources/survey.ts";
import * as agreements from "../flow/agreements.ts";
import * as appointments from "../flow/appointments.ts";
import * as changeOrders from "../flow/changeOrders.ts";
import type { Context } from "../flow/context.ts";
import * as customers from "../flow/customers.ts";
import * as designRequests from "../flow/designRequests.ts";
import * as endpoints from "../flow/endpoints.ts";
import * as events from "../flow/events.ts";
import * as files from "../flow/files.ts";
import * as imports from "../flow/imports.ts";
import { createImport } from "./imports.ts";
import * as installs from "../flow/installs.ts";
import * as lenderApplications from "../flow/lenderApplications.ts";
import * as links from "../flow/links.ts";
import * as organizations from "../flow/organizations.ts";
import * as proposals from "../flow/proposals.ts";
import * as reads from "../flow/reads.ts";
import { list, read } from "../flow/reads.ts";
import * as replays from "../flow/replays.ts";
import { resumeEndpoint } from "../flow/resume.ts";
import * as settling from "../flow/settling.ts";
import * as surveys from "../flow/surveys.ts";
import * as inlets from "../flow/inlets.ts";
import { receiveWelcomeCall } from "./callpilot.ts";
import * as documents from "./documents.ts";
import * as endpointReads from "./endpointReads.ts";
import { streamEvents } from "./eventStream.ts";
import { sendFile } from "./fileContent.ts";
import * as guests from "./guests.ts";
import * as inbound from "./inbound.ts";
import type { Reply } from "./reply.ts";
import type { Services } from "./services.ts";
import * as session from "./session.ts";
import * as testClock from "./movableClock.ts";
import * as views from "./views.ts";

/** What is left of the request for the few handlers that need it. */
interface Exchange {
  readonly request: Request;
  readonly services: Services;
  readonly rawBody: Uint8Array;
  /** Whence the request comes; null where that is not known. */
  readonly address: string | null;
}

type Handler<N extends OperationName> = (
  context: Context,
  input: OperationInput<N>,
  exchange: Exchange,
) => Promise<OperationAnswer<N> | Reply<OperationAnswer<N>> | Response | void>;

const ofCustomer = { of: Customer, by: "customer_id" };
const ofSurvey = { of: Survey, by: "survey_id" };
const ofProposal = { of: Proposal, by: "proposal_id" };
const ofInstall = { of: Install, by: "install_id" };

/** Every operation's handler. A new operation of the contract does not compile until it is bound here. */
export const handlers: { readonly [N in OperationName]: Handler<N> } = {
  ...organizations,
  getOrganization: reads.readOrganization,
  getUser: reads.readUser,
  listOrganizations: reads.listOrganizations,
  listKeys: reads.listKeys,
  listUsers: reads.listUsers,
  listPartnerships: reads.listPartnerships,

  createCustomer: customers.createCustomer,
  updateCustomer: customers.updateCustomer,
  upsertCustomer: customers.upsertCustomer,
  listCustomers: reads.listCustomers,
  getCustomer: read(Customer),
  createNote: customers.createNote,
  updateNote: customers.updateNote,
  listNotes: list(Note, ofCustomer),
  getNote: read(Note),
  ...appointments,
  listAppointments: list(Appointment, ofCustomer),
  getAppointment: read(Appointment),

  createSurvey: surveys.createSurvey,
  updateSurvey: surveys.updateSurvey,
  completeSurvey: surveys.completeSurvey,
  listSurveys: reads.listSurveys,
  getSurvey: read(Survey),
  createFile: files.createFile,
  listFiles: reads.listFiles,
  getFile: reads.readFile,
  getFileContent: sendFile,
  createSiteSurvey: surveys.createSiteSurvey,
  completeSiteSurvey: surveys.completeSiteSurvey,
  listSiteSurveys: list(SiteSurvey, ofSurvey),
  getSiteSurvey: read(SiteSurvey),
  ...designRequests,
  listDesignRequests: list(DesignRequest, ofSurvey),
  getDesignRequest: read(DesignRequest),

  ...proposals,
  listProposals: list(Proposal, ofSurvey),
  getProposal: read(Proposal),
  ...lenderApplications,
  listLenderApplications: list(LenderApplication, ofProposal),
  getLenderApplication: read(LenderApplication),

  createAgreement: agreements.createAgreement,
  updateAgreement: agreements.updateAgreement,
  signAgreement: agreements.signAgreement,
  approveAgreement: agreements.approveAgreement,
  processAgreement: agreements.processAgreement,
  voidAgreement: agreements.voidAgreement,
  deleteAgreement: agreements.deleteAgreement,
  listAgreements: list(Agreement, ofSurvey),
  getAgreement: read(Agreement),

  updateInstall: installs.updateInstall,
  submitInstall: installs.submitInstall,
  voidInstall: installs.voidInstall,
  restoreInstall: installs.restoreInstall,
  completeInstall: installs.completeInstall,
  listInstalls: reads.listInstalls,
  getInstall: read(Install),
  createInstallNote: installs.createInstallNote,
  listInstallNotes: list(InstallNote, ofInstall),
  createMilestone: installs.createMilestone,
  updateMilestone: installs.updateMilestone,
  listMilestones: list(Milestone, ofInstall),
  getMilestone: read(Milestone),
  ...changeOrders,
  listChangeOrders: list(ChangeOrder, ofInstall),
  getChangeOrder: read(ChangeOrder),
  completeWelcomeCall: receiveWelcomeCall,

  ...links,
  ...guests,

  ...imports,
  createImport,

  createEndpoint: endpoints.createEndpoint,
  updateEndpoint: endpoints.updateEndpoint,
  deleteEndpoint: endpoints.deleteEndpoint,
  pauseEndpoint: endpoints.pauseEndpoint,
  resumeEndpoint,
  rotateEndpointSecret: endpoints.rotateEndpointSecret,
  ...replays,
  ...settling,
  ...endpointReads,

  createInlet: inlets.createInlet,
  listInlets: inlets.listInlets,
  getInlet: inlets.getInlet,
  updateInlet: inlets.updateInlet,
  deleteInlet: inlets.deleteInlet,
  rotateInletToken: inlets.rotateInletToken,
  listReceipts: inlets.listReceipts,
  getReceipt: inlets.getReceipt,
  getReceiptBody: inbound.getReceiptBody,
  releaseReceipt: inlets.releaseReceipt,
  acceptInbound: inbound.acceptInbound,

  listEvents: events.listEvents,
  getEvent: events.getEvent,
  streamEvents,
  ...views,
  ...session,
  ...testClock,
  ...documents,
};
