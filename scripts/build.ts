/**
 * Builds what `npm pack` packs: client, receiver and the program `heliograph`, as JavaScript with types, in `dist`.
 *
 * The sources stay what runs here. A package gets a manifest of its own (`--pack`, until `--restore`): other projects are to
 * install zod, and not the database, the console and the tools of this repository.
 */
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { bundleProgram } from "./build/bundle.ts";
import { packedManifest, type Manifest } from "./build/manifest.ts";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(root, "dist");
const manifestPath = join(root, "package.json");
/** The repository's own manifest while a package is made. */
const keptPath = join(root, "node_modules", ".heliograph-manifest.json");

const [mode] = process.argv.slice(2);
restore(); // what a packing that was cut off has left
if (mode !== "--restore") {
  const manifest = JSON.parse(readFileSync(manifestPath, "utf8")) as Manifest;
  rmSync(dist, { recursive: true, force: true });
  compile(manifest);
  await bundleProgram({ root, version: manifest.version, into: join(dist, "cli") });
  chmodSync(join(dist, "cli", "heliograph.js"), 0o755);
  if (mode === "--pack") replace(packedManifest(manifest, dist));
}

/** Each entry of `exports`, with all that it imports, file by file. */
function compile({ exports }: Manifest): void {
  const config = join(root, "node_modules", ".cache", "tsconfig.build.json");
  mkdirSync(dirname(config), { recursive: true });
  const options = {
    noEmit: false,
    rootDir: join(root, "src"),
    outDir: dist,
    declaration: true,
    rewriteRelativeImportExtensions: true,
    allowImportingTsExtensions: false,
    target: "es2023",
    sourceMap: false,
    types: ["node"],
  };
  const files = Object.values(exports).map((path) => join(root, path));
  const text = {
    extends: relative(dirname(config), join(root, "tsconfig.json")),
    compilerOptions: options,
    include: [],
    files,
  };
  writeFileSync(config, JSON.stringify(text));
  execFileSync(join(root, "node_modules", ".bin", "tsc"), ["-p", config], { stdio: "inherit" });
}

/** Renamed, so that whoever reads it meanwhile finds the one or the other. */
function replace(packed: object): void {
  writeFileSync(keptPath, readFileSync(manifestPath));
  write(manifestPath, `${JSON.stringify(packed, null, 2)}\n`);
}

function restore(): void {
  if (!existsSync(keptPath)) return;
  write(manifestPath, readFileSync(keptPath, "utf8"));
  rmSync(keptPath);
}

function write(path: string, text: string): void {
  writeFileSync(`${path}.new`, text);
  renameSync(`${path}.new`, path);
}
