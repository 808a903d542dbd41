import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Where is kept what the console was last built from. */
export const markerOf = (root) => join(root, "console", "dist", ".built-from");

/** A hash of all that the console is made of. */
export function sourcesOf(root) {
  const folder = join(root, "console");
  const files = [
    ...filesIn(join(folder, "src")),
    ...filesIn(join(folder, "public")),
    ...filesIn(join(folder, "docs")),
    ...filesIn(join(root, "docs")).filter((file) => file.endsWith(".md")),
    join(root, "CHANGELOG.md"),
    join(folder, "docs.html"),
    join(folder, "page.html"),
    ...filesIn(join(root, "src", "contract")),
    ...filesIn(join(root, "src", "sdk")),
    join(folder, "index.html"),
    join(folder, "vite.config.ts"),
    join(root, "scripts", "slimOperations.ts"),
    join(root, "package-lock.json"),
  ];
  const hash = createHash("sha256");
  for (const file of files) {
    hash.update(file.slice(root.length)).update("\0").update(readFileSync(file)).update("\0");
  }
  return hash.digest("hex");
}

/** Whether the console was built from just these sources. */
export function isBuilt(root, sources) {
  try {
    return readFileSync(markerOf(root), "utf8") === sources;
  } catch {
    return false;
  }
}

function filesIn(folder) {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}
