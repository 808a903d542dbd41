import fc from "fast-check";
import { both } from "./command.ts";
import { commandNames, commands, type CommandName } from "./commands.ts";
import type { Move, Step } from "./play.ts";

/** A command of its last party on the newest record. */
const usual = (command: CommandName, variant = 0): Move => [
  { command, as: commands[command].by.at(-1) ?? "epc", target: 0, variant },
];

/**
 * A way from a lead to a completed deal, with what seldom comes by chance. Every agreement mode takes it: where one asks
 * for no approval or processing, those are refused.
 */
export const story: readonly Move[] = [
  usual("createCustomer"),
  usual("createAppointment"),
  usual("confirmAppointment"),
  usual("updateAppointment"),
  usual("createSurvey"),
  // Without an installer, and with it again.
  usual("updateSurvey", 1),
  usual("updateSurvey", 2),
  usual("createDesignRequest"),
  usual("completeDesignRequest"),
  usual("createProposal"),
  usual("updateProposal"),
  usual("viewProposal"),
  // A draft takes over a design that is delivered anew.
  usual("completeDesignRequest", 1),
  // A lender that is integrated, and one that is not.
  usual("createLenderApplication"),
  usual("submitLenderApplication"),
  usual("createLenderApplication", 1),
  usual("submitLenderApplication"),
  usual("finalizeProposal"),
  // Two signers, of whom one is renamed after his signature. The installer stays while they sign.
  usual("createAgreement", 1),
  usual("updateSurvey", 1),
  usual("signAgreement"),
  usual("updateAgreement"),
  usual("signAgreement"),
  usual("signAgreement", 1),
  usual("approveAgreement"),
  usual("processAgreement"),
  usual("createChangeOrder"),
  // A new contract, and another agreement mode while it is on its way. The change order was of the one before.
  usual("voidInstall"),
  usual("createAgreement"),
  usual("signAgreement"),
  usual("updateOrganization"),
  usual("approveAgreement"),
  usual("processAgreement"),
  usual("signChangeOrder"),
  // A change order that is signed and voided.
  usual("createChangeOrder"),
  usual("signChangeOrder"),
  usual("voidChangeOrder"),
  // The installer may not set the commission.
  usual("updateInstall", 5),
  usual("submitInstall"),
  usual("completeInstall"),
  // Every step must be done.
  usual("completeSurvey"),
  usual("createSiteSurvey"),
  usual("completeSiteSurvey"),
  usual("completeWelcomeCall"),
  usual("updateMilestone"),
  usual("completeSurvey"),
];

/** Beginnings and what stands alone come seldom, so that a deal goes far. */
const seldom: ReadonlySet<CommandName> = new Set<CommandName>([
  "createCustomer",
  "upsertCustomer",
  "updateCustomer",
  "createNote",
  "updateNote",
  "createAppointment",
  "createSurvey",
  "completeSurvey",
  "createFile",
  "createSiteSurvey",
  "createDesignRequest",
  "createLenderApplication",
  "completeInstall",
  "createInstallNote",
]);

/** What takes several commands in a row, or has many variants, comes often. */
const often: ReadonlySet<CommandName> = new Set<CommandName>([
  "updateAppointment",
  "updateSurvey",
  "updateProposal",
  "viewProposal",
  "createAgreement",
  "updateAgreement",
  "signAgreement",
  "approveAgreement",
  "processAgreement",
  "voidInstall",
  "signChangeOrder",
]);

const weightOf = (name: CommandName) => (seldom.has(name) ? 1 : often.has(name) ? 6 : 3);

/** A place in a list, mostly the first. */
const place = (max: number) =>
  fc.oneof({ weight: 2, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(max) });

/** A command by one who may, now and then by one who may not. */
const stepOf = (command: CommandName): fc.Arbitrary<Step> => {
  const { by } = commands[command];
  return fc.record({
    command: fc.constant(command),
    as: fc.oneof(
      { weight: 12, arbitrary: fc.constantFrom(...(by.length > 0 ? by : both)) },
      { weight: 1, arbitrary: fc.constantFrom(...both) },
    ),
    target: place(3),
    variant: fc.oneof(
      { weight: 1, arbitrary: fc.constant(0) },
      { weight: 3, arbitrary: fc.nat(11) },
    ),
  });
};

const step = fc.oneof(
  ...commandNames.map((name) => ({ weight: weightOf(name), arbitrary: stepOf(name) })),
);

/** Moves at random, up to 150. */
export const moves: fc.Arbitrary<Move[]> = fc.noBias(
  fc.array(fc.array(step, { minLength: 1, maxLength: 3, size: "max" }), {
    maxLength: 150,
    size: "max",
  }),
);
