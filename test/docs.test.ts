import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { readDocs } from "../console/docs/contents.ts";
import { renderPage } from "../console/docs/render.ts";
import { retryWaitsMs } from "../src/contract/retries.ts";
import { inboxTables } from "../src/receiver/index.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const sections = readDocs(root);
const pages = sections.flatMap((section) => section.pages);
const guide = sections[0]?.pages ?? [];

/** Blocks of a page that are written elsewhere, by the comment that stands before them. */
const samplesOf = (markdown: string) =>
  Array.from(
    markdown.matchAll(/<!-- (\S+) -->\n\n```\w+\n([\s\S]*?)\n```/g),
    ([, name = "", text = ""]) => [name, text] as const,
  );

const written = (name: string) =>
  name === "inboxTables"
    ? inboxTables()
        .map((statement) => `${statement};`)
        .join("\n")
    : readFileSync(join(root, name), "utf8");

describe("the documentation", () => {
  test("begins with the guide, and has every page once", () => {
    const files = readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" });
    const paths = files.filter((name) => name.endsWith(".md")).map((name) => name.slice(0, -3));
    expect(pages.map(({ path }) => path).toSorted()).toEqual([...paths, "changelog"].toSorted());
    expect(guide[0]?.path).toBe("start");
  });

  test("has no link that leads nowhere, to pages or to headings", () => {
    const paths = new Set(pages.map(({ path }) => path));
    const rendered = new Map(pages.map((page) => [page.path, renderPage(page, paths)]));
    const lost = [...rendered].flatMap(([path, { html, broken }]) => {
      const anchors = Array.from(
        html.matchAll(/href="(?:\/docs\/([^"#]+))?#([^"]+)"/g),
        ([, other = path, id = ""]) => [other, decodeURIComponent(id)] as const,
      );
      const missing = anchors.filter(
        ([other, id]) =>
          rendered.get(other)?.headings.some((heading) => heading.id === id) !== true,
      );
      return [...broken, ...missing.map((each) => each.join("#"))].map((to) => `${path} → ${to}`);
    });
    expect(lost).toEqual([]);
  });

  test.each(pages.map(({ path, markdown }) => [path, markdown] as const))(
    "shows the examples of %s as they are",
    (_, markdown) => {
      for (const [name, text] of samplesOf(markdown)) {
        expect(text.trim(), name).toBe(written(name).trim());
      }
    },
  );

  test("has no TypeScript in the guide that is not a file", () => {
    for (const { path, markdown } of guide) {
      const all = markdown.match(/^```(?:ts|js)\n/gm)?.length ?? 0;
      const files = samplesOf(markdown).filter(([name]) => /\.(?:ts|mjs)$/.test(name)).length;
      expect(all, path).toBe(files);
    }
  });

  test("tells the retries as they are", () => {
    const page = pages.find(({ path }) => path === "retries")?.markdown ?? "";
    const units = { s: 1_000, min: 60_000, h: 3_600_000 };
    const [said = ""] = /The waits are .*?, each/.exec(page) ?? [];
    const waits = Array.from(
      said.matchAll(/(\d+) (s|min|h)\b/g),
      ([, count, unit]) => Number(count) * units[unit as keyof typeof units],
    );
    expect(waits).toEqual(retryWaitsMs);
  });
});
