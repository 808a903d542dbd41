import type { ends } from "./assumptions.ts";
import type { LeadTime } from "./leadTime.ts";
import type { Offer } from "./system.ts";
import type { Lead } from "./people.ts";
import type { Random } from "./random.ts";
import { writerOf, type Step, type Write } from "./step.ts";

/** Where a lead ends. */
export type End = keyof typeof ends;

/** What of a sales organization and an installer decides how their deals go. */
export interface Traits {
  /** The first of the deal types; null for the service's usual one. */
  readonly dealType: string | null;
  readonly appointmentTypes: readonly [string, string];
  /** Those whose applications are integrated. */
  readonly lenders: readonly string[];
  readonly hasRep: boolean;
  readonly mode: "signed" | "approved" | "processed";
  readonly hasNextStepsPage: boolean;
  /** Whether CallPilot's secret is known. */
  readonly hasWelcomeCalls: boolean;
}

/** A plan that is being written. */
export interface Draft {
  readonly random: Random;
  readonly end: End;
  readonly lead: Lead;
  readonly offer: Offer;
  readonly traits: Traits;
  readonly steps: Step[];
  /** What is written is done at this time. */
  readonly time: LeadTime;
  /** Steps by whose key they are sent. */
  readonly sales: Write;
  readonly signing: Write;
  readonly lender: Write;
  readonly installing: Write;
}

export function openDraft(
  given: Omit<Draft, "steps" | "sales" | "signing" | "lender" | "installing">,
): Draft {
  const steps: Step[] = [];
  const { time } = given;
  return {
    ...given,
    steps,
    sales: writerOf(steps, { by: "sales", time }),
    signing: writerOf(steps, { by: "signing", time }),
    lender: writerOf(steps, { by: "lender", time }),
    installing: writerOf(steps, { by: "installing", time }),
  };
}
