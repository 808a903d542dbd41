import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { rolldown } from "rolldown";
import { slimOperations } from "../slimOperations.ts";

/**
 * Bundles the program: an entry, one file that is read at each start, and beside it parts that only some commands need. Other
 * packages are in it: zod too, though the client installs it, as one file of it is read in a third less time than its hundred.
 */
export async function bundleProgram({
  root,
  version,
  into,
}: {
  readonly root: string;
  readonly version: string;
  readonly into: string;
}): Promise<void> {
  const bundle = await rolldown({
    input: { heliograph: join(root, "src", "cli", "start.ts") },
    platform: "node",
    external: [/^node:/],
    plugins: [slimOperations(), knownVersion(version)],
  });
  const { output } = await bundle.write({
    dir: into,
    format: "esm",
    entryFileNames: "[name].js",
    chunkFileNames: "[name]-[hash].js",
    minify: { compress: true, mangle: false, codegen: { removeWhitespace: false } },
  });
  await bundle.close();
  const bundled = output.flatMap((part) => (part.type === "chunk" ? part.moduleIds : []));
  writeFileSync(join(into, "LICENSES.txt"), licensesOf(bundled));
}

/** The version as a constant: the file from which it is read is not there where the program lies. */
const knownVersion = (version: string) => ({
  name: "known-version",
  load: (id: string) =>
    id.endsWith("/src/version.ts")
      ? `export const readVersion = () => ${JSON.stringify(version)};`
      : undefined,
});

/** What others ask to be told of with their code. */
function licensesOf(modules: readonly string[]): string {
  const folders = modules.flatMap(
    (id) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id)?.[0] ?? [],
  );
  const texts = [...new Set(folders)].map((folder) => {
    const { name } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as {
      name: string;
    };
    const file = ["LICENSE", "LICENSE.md", "license"]
      .map((each) => join(folder, each))
      .find(existsSync);
    if (file === undefined) throw new Error(`${name} has no license to pass on`);
    return `${name}\n\n${readFileSync(file, "utf8").trim()}\n`;
  });
  return texts.join("\n\n");
}
