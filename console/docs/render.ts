import { posix } from "node:path";
import { Marked, type Tokens } from "marked";
import { plain, type DocPage } from "./contents.ts";

/** A heading that can be linked to. */
export interface Heading {
  readonly id: string;
  readonly text: string;
  readonly level: number;
}

/** A page as it is shown. */
export interface RenderedPage {
  readonly html: string;
  readonly headings: readonly Heading[];
  /** Links to pages that there are not, as they are written. */
  readonly broken: readonly string[];
}

/** Where pages of the documentation are served. */
export const base = "/docs";

/** Renders a page's Markdown. @param paths of all pages, for links between them. */
export function renderPage(page: DocPage, paths: ReadonlySet<string>): RenderedPage {
  const headings: Heading[] = [];
  const broken: string[] = [];
  const taken = new Map<string, number>();
  const marked = new Marked({
    renderer: {
      heading({ tokens, depth }: Tokens.Heading) {
        const html = this.parser.parseInline(tokens);
        const text = plain(tokens.map(({ raw }) => raw).join(""));
        const id = idOf(text, taken);
        headings.push({ id, text, level: depth });
        return `<h${depth} id="${id}"><a href="#${id}">${html}</a></h${depth}>\n`;
      },
      link({ href, tokens }: Tokens.Link) {
        const html = this.parser.parseInline(tokens);
        const target = targetOf(page.source, href, paths);
        if (target === undefined) broken.push(href);
        return target === null || target === undefined
          ? html
          : `<a href="${escaped(target)}">${html}</a>`;
      },
      table(token: Tokens.Table) {
        const cells = (row: readonly Tokens.TableCell[], tag: string) =>
          row.map(({ tokens }) => `<${tag}>${this.parser.parseInline(tokens)}</${tag}>`).join("");
        const hasHead = token.header.some(({ text }) => text !== "");
        const head = hasHead ? `<thead><tr>${cells(token.header, "th")}</tr></thead>` : "";
        const rows = token.rows.map((row) => `<tr>${cells(row, "td")}</tr>`).join("");
        return `<div class="wide-table" tabindex="0"><table>${head}<tbody>${rows}</tbody></table></div>\n`;
      },
      code({ text, lang }: Tokens.Code) {
        const language = lang?.split(" ")[0] ?? "";
        return `<pre tabindex="0" data-language="${escaped(language)}"><code>${escaped(text)}</code></pre>\n`;
      },
      image: ({ text }: Tokens.Image) => escaped(text),
    },
  });
  const html = marked.parse(page.markdown, { async: false });
  return { html, headings, broken };
}

/**
 * Where a link of a page leads: an address, null for what is only in the repository, undefined for a page that there is not.
 */
function targetOf(
  from: string,
  href: string,
  paths: ReadonlySet<string>,
): string | null | undefined {
  if (/^(https?:|mailto:|#|\/)/.test(href)) return href;
  const [file = "", anchor] = href.split("#");
  const resolved = posix.normalize(posix.join(posix.dirname(from), file));
  if (resolved === "CHANGELOG.md") return `${base}/changelog`;
  if (!resolved.startsWith("docs/")) return null;
  const path = resolved.slice("docs/".length);
  const hash = anchor === undefined ? "" : `#${anchor}`;
  if (path.endsWith(".md")) {
    const page = path.slice(0, -3);
    return paths.has(page) ? `${base}/${page}${hash}` : undefined;
  }
  const schema = /^reference\/schemas\/(.+)\.json$/.exec(path)?.[1];
  if (schema !== undefined) return `/v1/schemas/${schema}.json`;
  const document = /^reference\/(openapi|asyncapi)\.json$/.exec(path)?.[1];
  return document === undefined ? null : `/v1/${document}.json`;
}

/** As GitHub makes them, so that links between pages work there as well. */
function idOf(text: string, taken: Map<string, number>): string {
  const id = text
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
    .trim()
    .replaceAll(/\s/g, "-");
  const before = taken.get(id) ?? 0;
  taken.set(id, before + 1);
  return before === 0 ? id : `${id}-${before}`;
}

/** For text and attributes of HTML. */
export const escaped = (text: string): string =>
  text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
