import { describe, expect, test } from "vitest";
import { anchor } from "../scripts/docs/markdown.ts";
import { referenceFiles } from "../scripts/docs/reference.ts";

const files = referenceFiles("1.2.3");
const pages = [...files].filter(([path]) => path.endsWith(".md"));

describe("the reference", () => {
  test("is the same each time", () => {
    expect([...referenceFiles("1.2.3")]).toEqual([...files]);
  });

  test.each(pages)("%s has no link that leads nowhere", (path, content) => {
    const links = [...content.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = ""]) => link);
    const broken = links.filter((link) => !leadsSomewhere(path, link));

    expect(broken).toEqual([]);
  });

  test.each(pages)("%s has tables whose rows are as wide as their head", (_, content) => {
    const tables = content
      .trimEnd()
      .split("\n\n")
      .filter((block) => block.startsWith("| "));
    for (const block of tables) {
      const widths = block.split("\n").map((line) => line.split(/(?<!\\)\|/).length);

      expect(new Set(widths).size, block).toBe(1);
    }
  });

  test.each([...files].filter(([path]) => path.endsWith(".json")))("%s is JSON", (_, content) => {
    expect(() => JSON.parse(content) as unknown).not.toThrow();
  });
});

function leadsSomewhere(from: string, link: string): boolean {
  const { pathname, hash } = new URL(link, `file:///${from}`);
  const path = pathname.slice(1);
  const isFolder = path.endsWith("/") && [...files.keys()].some((file) => file.startsWith(path));
  const target = files.get(path);
  if (isFolder || hash === "") return isFolder || target !== undefined;
  const headings = [...(target ?? "").matchAll(/^#+ (.+)$/gm)].map(([, text = ""]) => anchor(text));
  return headings.includes(hash.slice(1));
}
