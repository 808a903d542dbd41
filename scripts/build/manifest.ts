import { readdirSync, readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { join } from "node:path";

/** What of package.json is looked at. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  /** Sources, by the name under which they are imported. */
  readonly exports: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly description: string;
  readonly license: string;
  readonly engines: Readonly<Record<string, string>>;
}

/** The manifest of the package: what was built, and as dependencies only what the built files import. */
export function packedManifest(manifest: Manifest, dist: string): object {
  const { name, version, description, license, engines, exports } = manifest;
  return {
    name,
    version,
    description,
    license,
    type: "module",
    sideEffects: false,
    exports: {
      ...Object.fromEntries(
        Object.entries(exports).map(([entry, source]) => [entry, built(source)]),
      ),
      "./package.json": "./package.json",
    },
    bin: { heliograph: "./dist/cli/heliograph.js" },
    files: ["dist", "LICENSE", "README.md", "CHANGELOG.md"],
    dependencies: rangesOf(importedBy(dist), manifest.dependencies),
    engines,
  };
}

function built(source: string): { types: string; default: string } {
  const stem = source.replace("./src/", "./dist/").replace(/\.ts$/, "");
  return { types: `${stem}.d.ts`, default: `${stem}.js` };
}

/** Packages that the built files name. */
function importedBy(dist: string): Set<string> {
  const names = new Set<string>();
  for (const entry of readdirSync(dist, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !/\.(js|d\.ts)$/.test(entry.name)) continue;
    const text = readFileSync(join(entry.parentPath, entry.name), "utf8");
    for (const [, named = ""] of text.matchAll(/(?:\bfrom|\bimport\(?)\s*"([^".][^"]*)"/g)) {
      const name = named.split("/", named.startsWith("@") ? 2 : 1).join("/");
      if (!isBuiltin(named) && /^(@[\w.-]+\/)?[\w.-]+$/.test(name) && name !== "heliograph")
        names.add(name);
    }
  }
  return names;
}

/** Other projects have versions of their own of what we share: any that is compatible will do. */
function rangesOf(
  names: ReadonlySet<string>,
  dependencies: Readonly<Record<string, string>>,
): Record<string, string> {
  const ranges = [...names].toSorted().map((name) => {
    const version = dependencies[name];
    if (version === undefined)
      throw new Error(`What is built imports ${name}, which is no dependency`);
    return [name, `^${version}`];
  });
  return Object.fromEntries(ranges) as Record<string, string>;
}
