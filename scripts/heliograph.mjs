#!/usr/bin/env node
/**
 * `npx heliograph` in a clone: runs the program from its sources, with the Node that they need. In an installed package the
 * built program takes this place.
 */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const program = join(root, "src", "cli", "start.ts");
const installed = join(root, "node_modules", "node", "bin", "node");
const isNew = Number.parseInt(process.versions.node, 10) >= 24;

if (isNew) {
  process.argv[1] = program;
  await import(program);
} else if (existsSync(installed)) {
  const child = spawn(installed, [program, ...process.argv.slice(2)], { stdio: "inherit" });
  // The child gets the terminal's own; what is sent to this process alone is passed on.
  process.on("SIGINT", () => undefined);
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  child.once("exit", (code, signal) => process.exit(code ?? (signal === "SIGINT" ? 130 : 1)));
} else {
  process.stderr.write("Run npm start or npm ci once: it installs the Node that this needs\n");
  process.exitCode = 1;
}
