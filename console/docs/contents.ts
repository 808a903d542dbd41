import { readdirSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";

/** One page of the documentation. */
export interface DocPage {
  /** Under `docs`, without the ending, as in `reference/events/new_install`. */
  readonly path: string;
  readonly title: string;
  /** The file it is from, from the root of the project. */
  readonly source: string;
  /** Its first paragraph, as text. */
  readonly summary: string;
  readonly markdown: string;
}

/** A part of the list of pages. */
export interface DocSection {
  readonly title: string;
  readonly pages: readonly DocPage[];
}

/** The guide, in the order in which one reads it. Pages that are not named here come last, as further reading. */
const guide = [
  "start",
  "receiver",
  "order",
  "replay",
  "going-live",
  "from-enerflo",
  "inbound",
  "import",
  "cli",
  "simulate",
  "test-clock",
  "running",
];
const about = ["signatures", "retries", "egress", "faults", "performance", "changelog"];
const reference = [
  "reference/README",
  "reference/events",
  "reference/operations",
  "reference/cli",
  "reference/errors",
  "reference/settings",
  "reference/dictionary",
];

/** Reads all pages of the documentation. @param root of the project. */
export function readDocs(root: string): DocSection[] {
  const folder = join(root, "docs");
  const found = new Map(
    readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".md"))
      .toSorted((one, other) => one.localeCompare(other, "en"))
      .map((name) => name.slice(0, -3).split(sep).join("/"))
      .map((path) => [path, pageOf(root, `docs/${path}.md`, path)]),
  );
  found.set("changelog", pageOf(root, "CHANGELOG.md", "changelog"));
  const take = (paths: readonly string[]) =>
    paths.flatMap((path) => {
      const page = found.get(path);
      found.delete(path);
      return page ? [page] : [];
    });
  const under = (prefix: string) =>
    take([...found.keys()].filter((path) => path.startsWith(prefix)));
  return [
    { title: "Guide", pages: take(guide) },
    { title: "How it behaves", pages: take(about) },
    { title: "Reference", pages: take(reference) },
    { title: "Events", pages: under("reference/events/") },
    { title: "REST operations", pages: under("reference/operations/") },
    { title: "More", pages: take([...found.keys()]) },
  ].filter(({ pages }) => pages.length > 0);
}

function pageOf(root: string, source: string, path: string): DocPage {
  const text = readFileSync(join(root, source), "utf8");
  // Generated pages say so in a comment, which is for whoever opens the file.
  const markdown = text.replace(/^<!--.*?-->\s*/s, "");
  const title = plain(/^# (.+)$/m.exec(markdown)?.[1] ?? path);
  const [first = ""] = markdown
    .replace(/^# .+$/m, "")
    .trim()
    .split(/\n\s*\n/);
  const isProse = /^[A-Za-z`*[]/.test(first);
  return { path, title, source, markdown, summary: isProse ? plain(first) : "" };
}

/** Markdown without its marks. */
export const plain = (markdown: string): string =>
  markdown
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replaceAll(/[`*]/g, "")
    .replaceAll(/(^|\s)_([^_]+)_(?=[\s.,;:)]|$)/g, "$1$2")
    .replaceAll(/\s+/g, " ")
    .trim();
