import { readFile, writeFile } from "node:fs/promises";

const path = new URL("../docs/performance.md", import.meta.url);

/**
 * Puts text into its slot of docs/performance.md.
 * @throws {Error} when the page has no such slot.
 */
export async function fillSlot(name: string, text: string): Promise<void> {
  const page = await readFile(path, "utf8");
  const [open, close] = [`<!-- bench:${name} -->`, `<!-- /bench:${name} -->`];
  const from = page.indexOf(open);
  const to = page.indexOf(close);
  if (from === -1 || to < from)
    throw new Error(`docs/performance.md has no slot ${open} … ${close}`);
  await writeFile(path, `${page.slice(0, from)}${open}\n\n${text}\n\n${page.slice(to)}`);
}
