import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect } from "vitest";

/** The root of the project. */
export const root = fileURLToPath(new URL("../", import.meta.url));
const run = promisify(execFile);

/** What the package is built from. */
const sources = [
  "src",
  "scripts",
  "package.json",
  "package-lock.json",
  "tsconfig.json",
  "README.md",
  "LICENSE",
  "CHANGELOG.md",
];

/** The package as others have it. */
export interface Packed {
  /** An empty project with the package installed. */
  readonly consumer: string;
  readonly remove: () => Promise<void>;
}

/** Packs from a copy, so that nothing of this repository changes under tests that run beside, and installs what comes out. */
export async function givenPackage(): Promise<Packed> {
  const folder = await mkdtemp(join(tmpdir(), "heliograph-package-"));
  const copy = join(folder, "repository");
  for (const name of sources) await cp(join(root, name), join(copy, name), { recursive: true });
  await linkModules(copy);
  await npm(["pack", "--pack-destination", folder], copy);
  expect(await readFile(join(copy, "package.json"), "utf8")).toBe(
    await readFile(join(root, "package.json"), "utf8"),
  );

  const consumer = join(folder, "consumer");
  await mkdir(consumer);
  await writeFile(
    join(consumer, "package.json"),
    '{"name":"consumer","private":true,"type":"module"}',
  );
  const tarball = (await readdir(folder)).find((name) => name.endsWith(".tgz")) ?? "";
  await npm(
    ["install", "--prefer-offline", "--no-audit", "--no-fund", join(folder, tarball)],
    consumer,
  );
  return { consumer, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** Each package by a link of its own: the build keeps files of its own beside them. */
async function linkModules(copy: string): Promise<void> {
  const modules = join(copy, "node_modules");
  await mkdir(modules);
  for (const name of await readdir(join(root, "node_modules"))) {
    if (name !== ".cache") await symlink(join(root, "node_modules", name), join(modules, name));
  }
}

/** The environment of a shell, without what a run of npm adds. A registry may be behind a proxy with a certificate of its own. */
export function shell(): Record<string, string> {
  const { PATH = "", HOME = "", NODE_EXTRA_CA_CERTS } = process.env;
  return { PATH, HOME, ...(NODE_EXTRA_CA_CERTS !== undefined && { NODE_EXTRA_CA_CERTS }) };
}

const npm = (args: readonly string[], cwd: string) => run("npm", args, { cwd, env: shell() });
