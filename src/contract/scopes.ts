/** What a key may be allowed to do. Codes are public: add, never rename. */
export const scopes = [
  "flow:read",
  "flow:write",
  "agreements:approve",
  "events:read",
  "endpoints:read",
  "endpoints:write",
  "organization:read",
  "organization:write",
] as const;
export type Scope = (typeof scopes)[number];

/** What each scope allows, for the reference pages. */
export const scopeSummaries: Readonly<Record<Scope, string>> = {
  "flow:read": "Read customers, deals, agreements, installs and all other records of the flow.",
  "flow:write": "Make and change records of the flow.",
  "agreements:approve": "Approve agreements and mark contracts as processed, for an installer.",
  "events:read": "Read the organization's feed, by pull or as a stream.",
  "endpoints:read": "Read endpoints, their attempts and their status.",
  "endpoints:write": "Make, change, pause, replay and remove endpoints.",
  "organization:read": "Read the organization, its users, keys and partnerships.",
  "organization:write": "Change the organization, its users and keys.",
};
