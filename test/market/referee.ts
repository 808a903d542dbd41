import {
  agreementLifecycle,
  appointmentLifecycle,
  changeOrderLifecycle,
  designRequestLifecycle,
  installLifecycle,
  type Cell,
  type Lifecycle,
} from "../../src/contract/lifecycle.ts";
import type { Traits } from "../../src/simulation/draft.ts";
import type { Step } from "../../src/simulation/step.ts";

/** Where the records of one lead stand, by the names that its steps give them. */
interface Records {
  readonly status: Map<string, string>;
  readonly signers: Map<string, Set<string>>;
  readonly facts: Set<string>;
}

/** Plays the steps of a plan by the lifecycles of the contract. @throws {Error} at the first that a rule would refuse. */
export function referee(steps: readonly Step[], traits: Traits): Records {
  const records: Records = { status: new Map(), signers: new Map(), facts: new Set() };
  for (const step of steps) {
    for (const name of namedIn(step.input)) {
      if (!records.facts.has(name)) throw new Error(`${step.kind} speaks of ${name} too early`);
    }
    judge(step, records, traits);
    if (step.gives !== null) records.facts.add(step.gives);
  }
  return records;
}

/** The answers that an input speaks of; of installer and representative everybody knows. */
function namedIn(input: unknown): string[] {
  if (typeof input === "string") {
    const name = input.startsWith("@") ? (input.slice(1).split(".")[0] ?? "") : "rep";
    return name === "rep" || name === "installer" ? [] : [name];
  }
  if (typeof input !== "object" || input === null) return [];
  return Object.values(input).flatMap(namedIn);
}

const need = (holds: boolean, what: string) => {
  if (!holds) throw new Error(`It must hold: ${what}`);
};

function judge({ kind, input, gives }: Step, records: Records, traits: Traits): void {
  const { status, signers, facts } = records;
  const of = typeof input["id"] === "string" ? (input["id"].slice(1).split(".")[0] ?? "") : "";
  const move = <S extends string, A extends string>(cycle: Lifecycle<S, A>, action: A, name = of) =>
    void status.set(name, nextOf(cycle, status.get(name) as S, action, `${kind} of ${name}`));
  const begin = (state: string) => void status.set(gives ?? "", state);
  const isOpen = !["lost", "completed"].includes(status.get("survey") ?? "new");
  const agreements = () => [...signers.keys()].filter((name) => !name.startsWith("change"));
  const isLive = (name: string) => !["voided", "deleted"].includes(status.get(name) ?? "");
  const begun = () => {
    if (status.has("install")) move(installLifecycle, "restore", "install");
    else status.set("install", "active");
  };
  const build = () => move(installLifecycle, "build", "install");
  const done: Readonly<Record<string, () => void>> = {
    "appointments.create": () => begin("scheduled"),
    "appointments.update": () => {
      const action = { completed: "complete", no_show: "miss" } as const;
      const said = input["status"] as keyof typeof action | undefined;
      move(appointmentLifecycle, said ? action[said] : "reschedule");
    },
    "appointments.confirm": () => move(appointmentLifecycle, "confirm"),
    "appointments.cancel": () => move(appointmentLifecycle, "cancel"),
    "surveys.create": () => begin("new"),
    "surveys.update": () => {
      need(status.get(of) !== "completed", "the deal is not completed");
      if (input["epc_id"] !== undefined) facts.add("chosen");
      status.set(of, String(input["stage"]));
    },
    "surveys.complete": () => {
      need(isOpen && status.get("install") === "complete", "the install is complete");
      need(facts.has("called") || !traits.hasWelcomeCalls, "the welcome call is done");
      const open = [...status].filter(
        ([name, state]) => name.startsWith("milestone") && state !== "completed",
      );
      need(open.length === 0, "no milestone is open");
      status.set(of, "completed");
    },
    "designRequests.create": () => {
      need(isOpen, "the deal is open");
      if (input["revision_of"] !== undefined)
        need(["completed", "approved"].includes(status.get("design") ?? ""), "it is delivered");
      begin("new");
    },
    "designRequests.update": () =>
      move(designRequestLifecycle, input["status"] === "approved" ? "approve" : "start"),
    "designRequests.complete": () => move(designRequestLifecycle, "deliver"),
    "proposals.create": () => {
      const isDesigned = ["completed", "approved"].includes(status.get("design") ?? "");
      need(isOpen && isDesigned, "there is a design");
      begin("draft");
    },
    "proposals.update": () => need(status.get(of) === "draft", "the proposal is a draft"),
    "proposals.finalize": () => {
      need(isOpen && status.get(of) === "draft", "the proposal is a draft");
      status.set(of, "finalized");
    },
    "lenderApplications.create": () => {
      need(isOpen && traits.lenders.includes(String(input["lender"])), "the lender is known");
      begin("draft");
    },
    "lenderApplications.submit": () => {
      need(status.get(of) === "draft", "it was not submitted");
      status.set(of, "submitted");
    },
    "agreements.create": () => {
      need(isOpen && status.get(of) === "finalized", "the proposal is finalized");
      need(facts.has("chosen"), "the installer is chosen");
      need(!agreements().some(isLive), "no other agreement is live");
      begin("created");
      const roles = (input["signers"] as readonly object[]).map((_, nth) => String(nth));
      signers.set(gives ?? "", new Set(roles));
    },
    "agreements.update": () => {
      const action = { sent: "send", declined: "decline" } as const;
      const said = input["status"] as keyof typeof action | undefined;
      move(agreementLifecycle, said ? action[said] : "regenerate");
    },
    "agreements.delete": () => move(agreementLifecycle, "delete"),
    "agreements.sign": () => {
      need(isOpen && takeSigner(signers, of, input), "the signer has not signed");
      const isLast = signers.get(of)?.size === 0;
      move(agreementLifecycle, isLast ? "signLast" : "sign");
      if (isLast && traits.mode === "signed") begun();
    },
    "agreements.approve": () => {
      need(isOpen && traits.mode !== "signed", "the mode asks for it");
      need(status.get(of) === "signed" && !facts.has(`approved ${of}`), "it is signed");
      facts.add(`approved ${of}`);
      if (traits.mode === "approved") begun();
    },
    "agreements.process": () => {
      need(isOpen && traits.mode === "processed", "the mode asks for it");
      need(facts.has(`approved ${of}`), "it is approved");
      begun();
    },
    "siteSurveys.create": () => need(isOpen, "the deal is open"),
    "siteSurveys.complete": () => need(agreements().some(isLive), "there is an agreement"),
    "installs.list": () => need(status.has("install"), "there is an install"),
    "installs.submit": () => {
      need(traits.hasNextStepsPage, "the page is on");
      move(installLifecycle, "submit", "install");
    },
    "installs.update": () =>
      move(installLifecycle, input["status"] === "cancelled" ? "cancel" : "change", "install"),
    "installs.void": () => {
      move(installLifecycle, "void", "install");
      for (const name of agreements()) {
        if (status.get(name) === "signed") move(agreementLifecycle, "void", name);
      }
    },
    "installs.restore": () => {
      move(installLifecycle, "restore", "install");
      move(agreementLifecycle, "restore", "agreement");
    },
    "installs.complete": () => move(installLifecycle, "complete", "install"),
    "milestones.create": () => {
      build();
      begin("not_started");
    },
    "milestones.update": () => {
      build();
      status.set(of, String(input["status"]));
    },
    "changeOrders.create": () => {
      need(isOpen, "the deal is open");
      move(installLifecycle, "amend", "install");
      begin("pending");
      signers.set(gives ?? "", new Set(["0"]));
    },
    "changeOrders.void": () => move(changeOrderLifecycle, "void"),
    "changeOrders.sign": () => {
      need(isOpen && takeSigner(signers, of, input), "the signer has not signed");
      move(installLifecycle, "amend", "install");
      move(changeOrderLifecycle, "signLast");
    },
    "callpilot.report": () => {
      need(traits.hasWelcomeCalls && status.has("install"), "there is an install");
      facts.add("called");
    },
  };
  done[kind]?.();
}

function nextOf<S extends string, A extends string>(
  cycle: Lifecycle<S, A>,
  from: S,
  action: A,
  what: string,
): S {
  const cell: Cell<S> = cycle[from][action];
  if (typeof cell === "object")
    throw new Error(`${what} is refused by ${cell.refusedBy} in ${from}`);
  return cell;
}

/** `@agreement.signers.0.id` signs. @returns whether this one had not. */
function takeSigner(signers: Records["signers"], of: string, input: Step["input"]): boolean {
  const nth = String(input["signer_id"]).split(".")[2] ?? "";
  return signers.get(of)?.delete(nth) ?? false;
}
