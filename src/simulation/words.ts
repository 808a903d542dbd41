import type { Account } from "./account.ts";
import type { EndpointReport, Report } from "./report.ts";

/** A report for people. */
export function wordsOf(report: Report): string[] {
  const { commands, deals, troubles, events, endpoints } = report;
  return [
    `Seed ${report.seed}: ${deals.planned} leads${spanWords(report)}, ${report.seconds} s`,
    ...table(deals.ended),
    ...(deals.under_way > 0 ? [row("under way", deals.under_way, "")] : []),
    `Commands: ${commands.sent} sent, ${commands.refused} refused by a rule, ${commands.left_out} left out`,
    ...Object.entries(commands.by_kind).map(([kind, { sent, refused }]) =>
      row(kind, sent, refused > 0 ? `${refused} refused` : ""),
    ),
    ...(commands.refused > 0 ? ["Rules that refused", ...table(commands.by_rule)] : []),
    ...(troubles.count > 0 ? [`Commands that failed: ${troubles.count}`] : []),
    ...troubles.first.map(({ lead, kind, message }) => `  lead ${lead}, ${kind}: ${message}`),
    "Events in the feeds",
    ...table(events),
    ...endpoints.flatMap(endpointWords),
    verdictOf(report),
  ];
}

function spanWords({ span }: Report): string {
  if (span === null) return "";
  return ` from ${span.from.slice(0, 10)} to ${span.to.slice(0, 10)}`;
}

function endpointWords(endpoint: EndpointReport): string[] {
  const { organization, endpoint_id, service, faults } = endpoint;
  const struck = Object.entries(faults).map(([fault, times]) => `${fault} ${times}`);
  return [
    `${organization.name}  ${endpoint_id}`,
    `  feed ${endpoint.feed}; by the service ${service.delivered} delivered, ${service.waiting} waiting, ${service.dead} dead, ${service.skipped} skipped`,
    `  attempts ${endpoint.attempts}${endpoint.rejected > 0 ? `, ${endpoint.rejected} with a signature that does not hold` : ""}`,
    accountLine("delivered", endpoint.delivered),
    ...(struck.length > 0 ? [accountLine("after the way", endpoint.passed)] : []),
    accountLine("handled", endpoint.handled),
    ...(struck.length > 0 ? [`  faults: ${struck.join(", ")}`] : []),
  ];
}

const accountLine = (at: string, account: Account) =>
  `  ${at.padEnd(14)} ${account.received} received, ${account.missing} missing, ${account.doubled} doubled, ${account.out_of_order} out of order, ${account.chain_gaps} chain gaps`;

function verdictOf({ interrupted, settled, verdict, troubles }: Report): string {
  const when = interrupted ? "Interrupted. So far: " : "";
  if (verdict === "whole") return `${when}Nothing is missing, and nothing is out of order.`;
  if (troubles.count > 0) return `${when}NOT WHOLE: commands failed, see above.`;
  const late = settled || interrupted ? "" : " Not all was settled in time: --settle waits longer.";
  return `${when}NOT WHOLE: see what is missing or out of order.${late}`;
}

const table = (counts: Readonly<Record<string, number>>) =>
  Object.entries(counts).map(([name, count]) => row(name, count, ""));

const row = (name: string, count: number, note: string) =>
  `  ${name.padEnd(36)} ${String(count).padStart(7)}  ${note}`.trimEnd();
