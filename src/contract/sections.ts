/** Sections of the REST API: what each is about, in one or two sentences. */
export const sectionSummaries = {
  organizations:
    "The companies: who they are, their users and keys, and who sells for whom. The operator makes them.",
  customers:
    "The people whose house it is, with the notes on them. A customer belongs to the sales organization that made it.",
  appointments: "Meetings with a customer, from the first plan to what came of it.",
  imports: "Customers taken over from a file of another system, in batches, with what did not fit.",
  surveys:
    "Deals; the industry's word is survey. A deal joins a customer to the installer that is chosen on it. Its files and the visits to the house, the site surveys, are here too.",
  "design requests": "What the designer is asked for, and the system that came of it.",
  proposals: "What the customer is offered, made from a completed design.",
  "lender applications": "Loans asked for on a proposal, and how far the lender has come.",
  agreements:
    "The contract that is signed: its document, its signers, and what makes an install of it.",
  installs: "The builds that follow a contract, up to completion, with the notes on them.",
  milestones: "The steps of a build, under the titles that its installer gives them.",
  "change orders": "Changes to a signed contract, which hold when all have signed.",
  CallPilot: "What the welcome call reports.",
  links: "Pages for people without a key: each link opens one of them, until it ends.",
  endpoints:
    "Where events are delivered: filters, secrets, how each does, and what its owner may do about it.",
  events: "The feed: what happened, in order, as the caller may see it.",
  inbound: "Inlets, which take what other systems send, and the receipts of what they took.",
  sessions: "How the console signs in. Programs send a key with every call.",
  "test clock": "The time of a test server, which its operator moves forward. Others have none.",
  catalogue: "What the API and the events are, for machines. No key is needed.",
} as const satisfies Readonly<Record<string, string>>;
export type SectionName = keyof typeof sectionSummaries;
