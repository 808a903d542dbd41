import { eventDefinition, eventTypes } from "../contract/catalogue.ts";
import type { DemoReceiver, Received } from "./receiver.ts";

/** What a party was told of the story. */
type Told = Pick<DemoReceiver, "receipts" | "rejected" | "repeated">;

const names = { sales_org: "sales org", epc: "installer" } as const;

/** One line for one delivery. */
export function deliveryLine({ type, party, status, afterMs, isAgain }: Received): string {
  const note = isAgain ? "  came again, ignored by its id" : "";
  return `  ${type.padEnd(34)} ${names[party].padEnd(10)} ${status}  ${String(afterMs).padStart(5)} ms${note}`;
}

/** The closing table: each event, who got it how often, and how long that took. */
export function closingTable(sales: Told, installer: Told): string[] {
  const countOf = (receiver: Told, type: string) =>
    receiver.receipts.filter((receipt) => receipt.type === type).length;
  const rows = eventTypes.map((type) => {
    const { label } = eventDefinition(type);
    const cells = [countOf(sales, type), countOf(installer, type)].map((times) =>
      (times === 0 ? "–" : String(times)).padStart(10),
    );
    return `  ${type.padEnd(34)} ${label.padEnd(34)}${cells.join(" ")}`;
  });
  return [
    "",
    `  ${"event".padEnd(34)} ${"label".padEnd(34)}${"sales org".padStart(10)} ${"installer".padStart(10)}`,
    `  ${"─".repeat(90)}`,
    ...rows,
    `  ${"─".repeat(90)}`,
    ...totals(sales, installer),
  ];
}

function totals(sales: Told, installer: Told): string[] {
  const got = (receiver: Told) => new Set(receiver.receipts.map(({ type }) => type));
  const [bySales, byInstaller] = [got(sales), got(installer)];
  const both = [...bySales].filter((type) => byInstaller.has(type)).length;
  const all = [...sales.receipts, ...installer.receipts];
  const times = all.map(({ afterMs }) => afterMs).toSorted((a, b) => a - b);
  const isInOrder = [sales, installer].every(({ receipts }) =>
    receipts.every(
      ({ sequence }, position) => sequence === (receipts[0]?.sequence ?? 0) + position,
    ),
  );
  const rejected = sales.rejected + installer.rejected;
  const repeated = sales.repeated + installer.repeated;
  return [
    `  ${new Set([...bySales, ...byInstaller]).size} events: ${bySales.size - both} to the sales organization alone, ${both} to both, ${byInstaller.size - both} to the installer alone`,
    `  ${all.length} deliveries, ${rejected === 0 ? "every signature held" : `${rejected} refused for their signature`}, ${isInOrder ? "each feed complete and in order" : "NOT IN ORDER"}, ${repeated === 0 ? "each event once" : `${repeated} came again after a crash and were ignored`}`,
    `  change to receipt, p50: ${times[Math.floor((times.length - 1) / 2)] ?? 0} ms`,
  ];
}
