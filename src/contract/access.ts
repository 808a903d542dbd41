import type { Party } from "./meta.ts";
import type { CallerRole, Operation } from "./operation.ts";

/** The parties as they are called in prose. */
export const partyNames: Readonly<Record<Party, string>> = {
  sales_org: "sales organization",
  epc: "installer (EPC)",
};
const callerNames: Readonly<Record<CallerRole, string>> = {
  ...partyNames,
  operator: "operator",
  guest: "holder of a link",
};

/** Who may make a call, as a list in words. */
export const callersText = ({ callers }: Pick<Operation, "callers">): string =>
  callers.length === 0 ? "anyone" : callers.map((role) => callerNames[role]).join(", ");

/** Who may make a call, and with which scope, as sentences in Markdown. */
export function accessText(of: Operation): string {
  if (of.callers.length === 0) return "No key is needed.";
  const scope = of.scope === null ? "" : ` Scope: \`${of.scope}\`.`;
  return `For: ${callersText(of)}.${scope}`;
}
