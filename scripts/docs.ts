/**
 * Writes the reference pages and documents in `docs/reference`, all computed from `src/contract` and `src/cli`.
 * With `--check` it writes nothing and exits with 1 when a file is not what it would write.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { referenceFiles } from "./docs/reference.ts";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = join(root, "docs", "reference");

const wanted = referenceFiles(readVersion());
if (process.argv.includes("--check")) check();
else write();

function readVersion(): string {
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    version: string;
  };
  return version;
}

function check() {
  const stale = [...wanted].filter(([path, content]) => read(path) !== content);
  const lines = [
    ...stale.map(([path]) => `docs/reference/${path} is stale`),
    ...leftOver().map((path) => `docs/reference/${path} is left over`),
  ];
  if (lines.length === 0) return;
  process.stderr.write(`${lines.join("\n")}\nRun: npm run docs\n`);
  process.exitCode = 1;
}

function write() {
  for (const path of leftOver()) rmSync(join(folder, path));
  for (const [path, content] of wanted) {
    if (read(path) === content) continue;
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  process.stdout.write(`${wanted.size} files in docs/reference\n`);
}

/** Files that an earlier contract had. */
function leftOver(): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll(sep, "/"))
    .filter((path) => !wanted.has(path));
}

function read(path: string): string | undefined {
  const file = join(folder, path);
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}
