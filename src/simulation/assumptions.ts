/**
 * How the simulated market behaves. All numbers here are ASSUMPTIONS, chosen so that every part of the flow is walked and
 * a pipeline looks like one. None was measured, and none describes a company: change them as you like. Shares of a table
 * are relative to its sum; a lone share is the chance that something happens, from 0 to 1.
 */

/** Where a lead ends, each as a share of all leads. */
export const ends = {
  /** No appointment is ever sat. */
  never_sat: 0.34,
  /** An appointment is sat, and no design is asked for. */
  not_interested: 0.12,
  /** A design, mostly a proposal, no sale. */
  no_sale: 0.2,
  /** The agreement is declined for good. */
  declined: 0.05,
  /** Signed, and voided or cancelled for good. */
  fell_out: 0.05,
  /** Signed and being built when the simulation ends. */
  building: 0.1,
  /** Built, with permission to operate, deal completed. */
  completed: 0.14,
} as const;

/** Detours on the way, each the chance that a deal that comes by takes it. */
export const detours = {
  phoneComesLater: 0.4,
  note: 0.5,
  noteCorrected: 0.3,
  appointmentMoved: 0.2,
  appointmentConfirmed: 0.6,
  secondAppointmentCancelled: 0.12,
  appointmentCancelledByLead: 0.4,
  utilityBill: 0.7,
  designStarted: 0.6,
  designRevised: 0.2,
  proposalWithoutSale: 0.75,
  priceChanged: 0.45,
  lenderStipulates: 0.3,
  coSigner: 0.45,
  agreementDeleted: 0.08,
  agreementRegenerated: 0.08,
  declinedAtFirst: 0.06,
  siteSurvey: 0.8,
  submittedAgain: 0.15,
  changeOrder: 0.25,
  changeOrderVoided: 0.2,
  voidedAndRestored: 0.06,
  voidedAndSignedAgain: 0.05,
  milestoneBlocked: 0.15,
  installNote: 0.6,
  cancelledNotVoided: 0.35,
} as const;

/** How customers pay. */
export const financeTypes = { loan: 0.45, cash: 0.2, ppa: 0.2, lease: 0.15 } as const;

/** Base price per watt by way to pay, in cents, from least to most. */
export const centsPerWatt = {
  cash: [260, 340],
  loan: [280, 360],
  lease: [300, 380],
  ppa: [300, 380],
} as const;

/** What a lender keeps of a loan's price, as shares of the price before it. */
export const dealerFees = [0, 0.08, 0.15, 0.22] as const;

/** How installers' agreement modes are spread. Only that the last one is rare was ever said of the field. */
export const agreementModes = { signed: 0.6, approved: 0.3, processed: 0.1 } as const;

/** Share of installers that use the next-steps page. */
export const nextStepsPage = 0.8;

/** Modules on a roof: the middle of these two is the likeliest. */
export const moduleCount = { least: 12, most: 42 } as const;
export const modules = [
  { manufacturer: "Example Modules", model: "EX-405", watts: 405 },
  { manufacturer: "Example Modules", model: "EX-430", watts: 430 },
  { manufacturer: "Sample Solar Cells", model: "SC-440", watts: 440 },
] as const;
/** Share of systems with one inverter for all modules; the others have one on each. */
export const stringInverter = 0.35;
export const battery = {
  share: 0.2,
  product: { manufacturer: "Example Storage", model: "ES-13", usable_kwh: 13.5, count: 1 },
  priceCents: 1_150_000,
} as const;
/** First year's energy for each kW, from least to most. */
export const kwhPerKw = { least: 1_150, most: 1_650 } as const;

/** What is added to a system, each with the share of systems that have it. */
export const adders = [
  { share: 0.22, name: "Main panel upgrade", kind: "system", amount_cents: 250_000 },
  { share: 0.12, name: "Trenching", kind: "system", amount_cents: 180_000 },
  { share: 0.1, name: "Steep roof", kind: "system", amount_cents: 120_000 },
  { share: 0.15, name: "Car charger", kind: "value", amount_cents: 140_000 },
  { share: 0.08, name: "Critter guard", kind: "value", amount_cents: 90_000 },
] as const;

/** For so many days a step of a build is planned, from when it is made; some take longer. */
export const milestoneDays = 14;

/** Steps of a build in their order, by the industry's code, under a title as installers have them. */
export const milestones = [
  { title: "Permit packet to the county", task_group: "permit_application" },
  { title: "Modules ordered", task_group: "equipment_order" },
  { title: "Installation", task_group: "installation" },
  { title: "Electrical inspection", task_group: "inspection_electrical" },
] as const;

/** Why people say no, in no order. */
export const reasons = {
  appointment: ["Found another time", "The customer is away", "Not interested any more"],
  decline: ["We want to talk about the price first", "We need more time", "Another offer"],
  void: [
    "The lender asked for new documents",
    "The customer rescinded",
    "The roof does not bear it",
  ],
} as const;

/** How long it takes until something is done, after what came before, in hours from least to most. */
export const waits = {
  phone: [1, 48],
  note: [0.1, 4],
  deal: [0.1, 24],
  /** From making an appointment to its hour, which is one of a day's. */
  appointment: [24, 240],
  confirmation: [0.5, 20],
  cancellation: [1, 20],
  /** From the appointment's end to what is said of it. */
  outcome: [0.1, 3],
  design_request: [1, 48],
  utility_bill: [0.1, 6],
  design_start: [1, 24],
  design: [6, 72],
  proposal: [2, 48],
  proposal_view: [0.2, 48],
  price_change: [4, 72],
  no_sale: [48, 240],
  lender: [1, 72],
  agreement: [2, 72],
  decline: [4, 96],
  site_survey: [48, 168],
  signature: [1, 72],
  approval: [4, 72],
  submission: [12, 96],
  welcome_call: [1, 48],
  install_note: [12, 120],
  void: [24, 120],
  change_order: [24, 120],
  milestone_start: [24, 168],
  milestone: [48, 240],
  operation: [120, 480],
  completion: [1, 72],
  fall_out: [48, 240],
} as const;

/** Leads come in from this day on, for so many days, when nothing else is said. */
export const firstDay = "2027-01-04";
export const arrivalDays = 60;

/** Hours of appointments, in UTC: those of a working day in the United States. */
export const appointmentHours = { first: 15, last: 22 } as const;
