import { behaviours } from "./behaviours.ts";
import type { Outcome } from "./storm.ts";
import type { World } from "./world.ts";

/** Sentences of each kind that are shown. */
const shown = 5;

/** What was injected and what was found, as a table. */
export function renderOutcome(world: World, outcome: Outcome): string {
  const { injected, account, retries, seconds } = outcome;
  const { findings, ...sums } = account;
  const slots = [...world.api, ...world.delivery];
  const starts = slots.reduce((sum, slot) => sum + slot.starts.all, 0);
  const inVain = slots.reduce((sum, slot) => sum + slot.starts.inVain, 0);
  const rows: (readonly [string, number | string])[] = [
    ["kill -9 of a process of the service", injected.kill],
    ["process frozen beyond its leases, then woken", injected.freeze],
    ["clock of a process set hours off", injected.jump],
    ["kill -9 of PostgreSQL's first process", injected.postmaster],
    ["kill -9 of all of PostgreSQL's processes", injected.everything],
    ["kill -9 of a connection's process", injected.backend],
    ...behaviours.map((name) => [`receiver: ${name}`, countOf(world, name)] as const),
    ["", ""],
    ["seconds", seconds],
    ["starts of processes, in vain among them", `${starts}, ${inVain}`],
    ["commands accepted", sums.accepted],
    ["commands of which nobody heard", sums.unknown],
    ["requests sent once more by clients", retries],
    ["events", sums.events],
    ["deliveries", sums.delivered],
    ["duplicates of what was not written down", sums.duplicates],
    ["attempts logged after the endpoint was lost", sums.lateAttempts],
    ["", ""],
    ["missing", findings.missing.length],
    ["order inversions", findings.inversions.length],
    ["duplicates of what was written down", findings.resent.length],
    ["breaks of chains", findings.chains.length],
    ["writes by those who had lost the endpoint", findings.writes.length],
    ["other", findings.other.length],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  const table = rows.map(
    ([name, value]) => `| ${name.padEnd(width)} | ${String(value).padStart(7)} |`,
  );
  const sentences = Object.values(findings).flatMap((found: string[]) => found.slice(0, shown));
  return [...table, ...sentences].join("\n");
}

const countOf = ({ endpoints }: World, name: (typeof behaviours)[number]) =>
  endpoints.reduce((sum, { receiver }) => sum + (receiver.counts.get(name) ?? 0), 0);
