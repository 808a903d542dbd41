import { ends } from "./assumptions.ts";
import { build } from "./build.ts";
import { openDraft, type End, type Traits } from "./draft.ts";
import { askForDesign, meet } from "./lead.ts";
import { leadTimeOf, usualArrivals, type Arrivals } from "./leadTime.ts";
import { leadOf, type Lead } from "./people.ts";
import { createRandom } from "./random.ts";
import { contract, propose } from "./sale.ts";
import type { Step } from "./step.ts";
import { offerOf } from "./system.ts";

/** What a lead is going to do, decided beforehand: its commands in their order. */
export interface Plan {
  /** Position among the leads of the market, from 0. */
  readonly index: number;
  readonly end: End;
  readonly lead: Lead;
  readonly steps: readonly Step[];
}

/**
 * Plans a lead. A pure function: the same seed, position and traits give the same plan, whatever became of other leads. Its
 * steps are in an order that the rules of the flow allow.
 */
export function planOf({
  seed,
  index,
  traits,
  arrivals = usualArrivals,
}: {
  readonly seed: number;
  readonly index: number;
  readonly traits: Traits;
  /** When leads come in. */
  readonly arrivals?: Arrivals;
}): Plan {
  const random = createRandom(seed, "lead", index);
  const end = random.weighted(ends);
  const lead = leadOf(random);
  const time = leadTimeOf({ seed, index }, arrivals);
  const offer = offerOf(random, traits.lenders);
  const draft = openDraft({ random, end, lead, offer, traits, time });
  meet(draft);
  if (end !== "never_sat" && end !== "not_interested") {
    askForDesign(draft);
    propose(draft);
    if (end !== "no_sale") contract(draft);
    if (end !== "no_sale" && end !== "declined") build(draft);
  }
  return { index, end, lead, steps: draft.steps };
}
