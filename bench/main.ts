import { randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { StartError } from "../src/base/startError.ts";
import { onParentGone } from "../src/base/parent.ts";
import { describeRun } from "./machine.ts";
import { readOptions, wrong, type BenchOptions } from "./options.ts";
import { fillSlot } from "./page.ts";
import { startReceiver } from "./receiver.ts";
import { renderTable, verdictOn } from "./report.ts";
import { startServer } from "./server.ts";
import type { Bench, Suite, Table } from "./suite.ts";
import { suites } from "./suites.ts";

/** Runs the suites that are asked for, one after the other, on one server and one receiver. */
async function main(args: readonly string[]): Promise<void> {
  const options = readOptions(args);
  const chosen = choose(options.names);
  const minutes = chosen.reduce((sum, suite) => sum + suite.minutes, 0) * shareOf(options);
  say(`${chosen.map(({ name }) => name).join(", ")}: about ${Math.ceil(minutes)} minutes`);

  const server = await startServer(say);
  stopOnSignal(() => server.stop());
  try {
    const machine = describeRun(options, server.version);
    say(machine);
    const found = [];
    for (const suite of chosen) {
      const table = await runSuite(suite, { server, options });
      say(`\n## ${suite.title}\n\n${renderTable(table)}\n`);
      found.push(describeFound(suite, table));
      if (options.json) await writeFile(options.json, asJson({ machine, found }));
      if (options.write)
        await fillSlot(suite.name, [suite.about, renderTable(table), machine].join("\n\n"));
    }
    say(machine);
  } finally {
    await server.stop();
  }
}

/** Told to stop, leaves nothing that runs or lies about; other processes of the run end with this one. */
function stopOnSignal(stop: () => Promise<void>): void {
  const end = () => void stop().finally(() => process.exit(130));
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, end);
  onParentGone(end);
}

async function runSuite(
  suite: Suite,
  { server, options }: { server: Bench["server"]; options: BenchOptions },
): Promise<Table> {
  const receiver = await startReceiver();
  try {
    return await suite.run({
      server,
      receiver,
      masterKey: randomBytes(32).toString("hex"),
      rounds: options.rounds,
      scale: options.scale,
      profileDirectory: options.profile,
      say: (line) => say(`${suite.name}: ${line}`),
    });
  } finally {
    await receiver.stop();
  }
}

function choose(names: readonly string[]): Suite[] {
  const unknown = names.find((name) => !suites.some((suite) => suite.name === name));
  if (unknown !== undefined) {
    const known = suites.map(({ name }) => name).join(", ");
    throw wrong(`There is no suite ${unknown}: choose of ${known}`);
  }
  return suites.filter(({ name }) => names.length === 0 || names.includes(name));
}

/** Rounds and scale stretch a run; starting processes and databases does not shrink with it. */
const shareOf = ({ rounds, scale }: BenchOptions) => (rounds / 5) * (0.05 + 0.95 * scale);

function describeFound({ name, title }: Suite, { columns, rows }: Table) {
  const judged = rows.map((row) => (row.target ? { ...row, verdict: verdictOn(row.target) } : row));
  return { name, title, columns, rows: judged };
}

const asJson = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;

const say = (line: string) => process.stdout.write(`${line}\n`);

main(process.argv.slice(2)).then(
  () => process.exit(0), // a child that hangs must not keep the run
  (error: unknown) => {
    // What the caller can mend is said in a sentence; of all else the stack is wanted.
    const known = error instanceof StartError ? error.message : undefined;
    const said = known ?? (error instanceof Error ? error.stack : String(error));
    process.stderr.write(`${said}\n`);
    process.exit(1);
  },
);
