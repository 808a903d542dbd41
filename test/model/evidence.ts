import { expect } from "vitest";
import {
  eventDefinition,
  type EventEnvelope,
  type EventType,
} from "../../src/contract/catalogue.ts";
import type { Party } from "../../src/contract/meta.ts";
import type { Told } from "../told.ts";
import type { Answer } from "./command.ts";
import { shownDesign } from "./proposals.ts";
import type { Rows } from "./stored.ts";
import {
  installOf,
  isVisible,
  knownOf,
  ofDeal,
  standingAgreement,
  type Deal,
  type Model,
  type Proposal,
} from "./records.ts";

/** What a step told. */
export type Events = Omit<Told<unknown>, "answer">;

/** A part of an event's data, by its name. Each type of event has others, here they are looked at alike. */
const partOf = ({ data }: EventEnvelope, name: string) =>
  (data as Readonly<Record<string, { id: string; version: number } | null | undefined>>)[name];

/** The records that the events of a type are about. */
export const subjectsOf = ({ salesOrg }: Events, type: EventType): string[] =>
  salesOrg
    .filter((event) => event.type === type)
    .map((event) => partOf(event, eventDefinition(type).subject)?.id ?? "");

/** The answer shows the record as the model knows it, without the fields that are the other party's own. */
export function expectAnswer(model: Model, answer: Answer, roles: readonly Party[]): void {
  const is = Object.entries(knownOf(model).get(answer.id)?.is ?? {});
  const isSeen = (name: string) => isVisible(name, roles);
  expect(answer).toMatchObject(Object.fromEntries(is.filter(([name]) => isSeen(name))));
  expect(Object.keys(answer).filter((name) => !isSeen(name))).toEqual([]);
}

/** The database holds the records that the model knows, as it knows them, and no others. */
export function expectKnown(model: Model, rows: Rows): void {
  const known = knownOf(model);
  expect(Object.keys(rows).toSorted()).toEqual([...known.keys()].toSorted());
  expect(rows).toMatchObject(Object.fromEntries([...known].map(([id, { is }]) => [id, is])));
}

/** A customer's events are counted without holes, over what both parties got. */
export function expectCounted({ customers }: Model, { salesOrg, epc }: Events): void {
  const all = [...salesOrg, ...epc];
  const customer = customers.find(({ id }) => id === all[0]?.data.customer.id);
  const counted = [...new Set(all.map(({ customer_sequence }) => customer_sequence))].toSorted(
    (one, other) => one - other,
  );
  const before = customer?.events ?? 0;
  expect(counted).toEqual(counted.map((_, position) => before + 1 + position));
  if (customer) customer.events += counted.length;
}

/** Each change that an event names is one, and its data show the new value. */
export function expectChanges({ salesOrg, epc }: Events): void {
  for (const { type, data, changes = {} } of [...salesOrg, ...epc]) {
    for (const [path, { from, to }] of Object.entries(changes)) {
      expect(from, `${type} ${path}`).not.toEqual(to);
      expect(data, type).toHaveProperty(path, to);
    }
  }
}

/** The last event of a step shows the records as the step left them, each at the version that is stored. */
export function expectSnapshot({ salesOrg, epc }: Events, rows: Rows): void {
  for (const event of [salesOrg.at(-1), epc.at(-1)]) {
    if (!event) continue;
    const { subject } = eventDefinition(event.type);
    for (const name of ["customer", "survey", "proposal", "agreement", "install", subject]) {
      const part = partOf(event, name);
      if (part) expect(part.version, `${event.type} ${name}`).toBe(rows[part.id]?.["version"]);
    }
  }
}

/** Subjects of events that show the contract of the install, whatever agreement is on its way. */
const build = new Set(["install", "install_note", "milestone", "change_order", "welcome_call"]);

/**
 * The last event of a step shows the deal's installer and install; the design that was delivered last; the agreement that
 * stands, or else the voided one of the install; and the proposal that counts: the agreement's; before that the newest
 * finalized one, and before that the newest, neither of which the installer sees. An event about an agreement or a
 * proposal shows that one, and of a loan's application the proposal that is applied on.
 */
export function expectCounting(model: Model, deal: Deal, { salesOrg, epc }: Events): void {
  const install = installOf(model, deal);
  const installer = deal.is.epc_id === null ? undefined : { id: deal.is.epc_id };
  for (const event of [salesOrg.at(-1), epc.at(-1)]) {
    if (!event) continue;
    const { subject } = eventDefinition(event.type);
    const standing = build.has(subject) ? undefined : standingAgreement(model, deal);
    const agreement = standing ?? install?.agreement;
    const offered = event.role === "epc" ? undefined : newestOffer(model, deal);
    const proposal = agreement?.proposal ?? offered;
    const shown = { survey: deal, epc: installer, install, agreement, proposal };
    for (const [name, record] of Object.entries(shown)) {
      const ofOwnProposal = subject === "agreement" || subject === "lender_application";
      const isOwn = subject === name || (ofOwnProposal && name === "proposal");
      if (!isOwn) expect(partOf(event, name)?.id, `${event.type} ${name}`).toBe(record?.id);
    }
    const design = shownDesign(model, deal);
    if ("design" in event.data) expect(event.data.design).toEqual(design && containing(design));
  }
}

const containing = (part: object): unknown => expect.objectContaining(part);

function newestOffer({ proposals }: Model, deal: Deal): Proposal | undefined {
  const all = ofDeal(proposals, deal);
  return all.findLast(({ is }) => is.status === "finalized") ?? all.at(-1);
}
