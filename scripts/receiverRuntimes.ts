import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundle } from "../test/receiverKit/bundle.ts";
import { deliveryOf, madeFeed, secret } from "../test/receiverKit/deliveries.ts";

/**
 * Tries the receiver kit, bundled, on the runtimes of its users: fetches each by npm, and lets it take a delivery twice,
 * with the SQLite that the runtime brings, and with better-sqlite3. Not part of `npm test`: it needs the registry, and some 300 MB.
 */

const runtimes = [
  { package: "node@20", program: "node", sqlite: "" },
  { package: "node@22", program: "node", sqlite: "node:sqlite" },
  { package: "node@24", program: "node", sqlite: "node:sqlite" },
  { package: "node@24", program: "node", sqlite: "better-sqlite3" },
  { package: "bun@1", program: "bun", sqlite: "bun:sqlite" },
];

const [event] = madeFeed([{ customer: 1 }]);
if (!event) throw new Error("The feed is empty");
const given = JSON.stringify({ secret, ...(await deliveryOf(event)) });
const program = `
import { memoryInbox, receiver, sqliteInbox, webHandler } from "./receiver.mjs";
const { secret, headers, body } = ${given};
const [sqlite] = process.argv.slice(2);
async function openInbox() {
  if (!sqlite) return memoryInbox();
  const { Database, DatabaseSync, default: only } = await import(sqlite);
  return sqliteInbox(new (DatabaseSync ?? Database ?? only)(":memory:"));
}
const seen = [];
const on = { new_note: ({ id }) => { seen.push(id); } };
const hooks = receiver({ secret, inbox: await openInbox(), on, onError: console.error });
const handle = webHandler(hooks);
const outcomes = [];
for (let time = 0; time < 2; time += 1) {
  const answer = await handle(new Request("http://localhost/", { method: "POST", headers, body }));
  outcomes.push((await answer.json()).outcome);
}
await hooks.stop();
const said = [...outcomes, ...seen].join(" ");
if (said !== "handled duplicate ${event.id}") throw new Error("It said " + said);
const version = globalThis.Bun ? "Bun " + Bun.version : "Node " + process.version;
console.log(version + ", " + (sqlite || "memory") + ": handled once");
`;

const directory = mkdtempSync(join(tmpdir(), "heliograph-runtimes-"));
try {
  writeFileSync(join(directory, "receiver.mjs"), await bundle("index.ts"));
  writeFileSync(join(directory, "try.mjs"), program);
  // It brings itself built; what npm would build by itself needs a compiler. No package of the project, for that reason.
  const install = ["install", "--ignore-scripts", "--no-save", "better-sqlite3@13"];
  spawnSync("npm", install, { cwd: directory, stdio: "inherit" });
  for (const { package: name, program: runtime, sqlite } of runtimes) {
    const args = ["-y", "-p", name, runtime, "try.mjs", ...(sqlite === "" ? [] : [sqlite])];
    const { status } = spawnSync("npx", args, { cwd: directory, stdio: "inherit" });
    if (status === 0) continue;
    process.stderr.write(`${name} did not take the delivery\n`);
    process.exitCode = 1;
  }
} finally {
  rmSync(directory, { recursive: true, force: true });
}
