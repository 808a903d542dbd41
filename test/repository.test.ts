import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { unknownSettings } from "../src/base/config.ts";

/**
 * What the repository's text must not hold: it is cloned by strangers, whose machines have other paths and whose npm
 * may fetch from elsewhere.
 */
const root = fileURLToPath(new URL("../", import.meta.url));
/** As `.gitignore` has it. */
const ofThisMachine =
  /^(\.git|\.heliograph|\.heliograph-test|node_modules|dist|coverage|.*\.(log|tgz))$/;

interface Trace {
  readonly of: string;
  readonly pattern: RegExp;
}

const traces: readonly Trace[] = [
  { of: "a home directory", pattern: /(?<![\w.])\/(home|Users|root)\/\w/ },
  { of: "a registry", pattern: /\bregistry\.[a-z]|\bnpmjs\b|"resolved":/ },
  { of: "a private key", pattern: /-----BEGIN [A-Z ]*PRIVATE KEY-----\n[A-Za-z0-9+/=]{40}/ },
];

async function texts(): Promise<{ path: string; text: string }[]> {
  const top = (await readdir(root)).filter((name) => !ofThisMachine.test(name));
  const paths = await Promise.all(top.map(below));
  return Promise.all(
    paths.flat().map(async (path) => ({ path, text: await readFile(join(root, path), "utf8") })),
  );
}

async function below(name: string): Promise<string[]> {
  const entries = await readdir(join(root, name), { recursive: true, withFileTypes: true }).catch(
    () => null,
  );
  if (entries === null) return [name]; // a file
  return entries
    .filter((entry) => entry.isFile() && !/\b(node_modules|dist)\b/.test(entry.parentPath))
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length));
}

describe("the repository", () => {
  test("reads no variable that the start of the service calls unknown", async () => {
    const files = await texts();
    const named = files
      .filter(({ path }) => !path.endsWith(".test.ts") || path.startsWith("test/faults"))
      .flatMap(({ text }) => text.match(/\bHELIOGRAPH_[A-Z][A-Z_]*[A-Z]\b/g) ?? []);
    expect(new Set(named).size).toBeGreaterThan(15);
    expect(unknownSettings(Object.fromEntries(named.map((name) => [name, "1"])))).toEqual([]);
  });

  test.for(traces)("holds no trace of $of", async ({ pattern }) => {
    const files = await texts();
    const own = files.filter(({ path }) => path !== "test/repository.test.ts");
    expect(own.length).toBeGreaterThan(300);
    expect(own.filter(({ text }) => pattern.test(text)).map(({ path }) => path)).toEqual([]);
  });
});
