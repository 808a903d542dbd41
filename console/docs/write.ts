import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { plain, readDocs, type DocPage, type DocSection } from "./contents.ts";
import { base, escaped, renderPage, type RenderedPage } from "./render.ts";

/** What the search of the documentation knows of a part of a page. */
export interface SearchEntry {
  readonly url: string;
  readonly page: string;
  readonly heading: string;
  readonly text: string;
}

/** What was built before. */
interface Built {
  /** The built console, whose `docs.html` is the frame of each page. */
  readonly dist: string;
  /** What the page of the REST reference has in its head, beside what every page has. */
  readonly restHead: string;
}

/** Characters of a part that are searched. */
const searchedText = 600;

/**
 * Writes the documentation as pages into the built console: HTML, the Markdown beside each, `llms.txt`, and what is searched.
 * @param project its root.
 * @throws {Error} naming links between pages that lead nowhere.
 */
export async function writeDocs(project: string, { dist, restHead }: Built): Promise<void> {
  const sections = readDocs(project);
  const pages = sections.flatMap((section) => section.pages);
  const paths = new Set(pages.map(({ path }) => path));
  const frame = await readFile(join(dist, "docs.html"), "utf8");
  await rm(join(dist, "docs.html"));
  const rendered = pages.map((page) => [page, renderPage(page, paths)] as const);
  const broken = rendered.flatMap(([page, { broken: links }]) =>
    links.map((link) => `${page.source} → ${link}`),
  );
  if (broken.length > 0) throw new Error(`Links that lead nowhere:\n${broken.join("\n")}`);
  for (const [page, shown] of rendered) {
    const html = frame
      .replace(/<title>.*<\/title>/, `<title>${escaped(page.title)} · Heliograph</title>`)
      .replace('<div id="root"></div>', () => body(page, shown, sections));
    await put(dist, `docs/${page.path}.html`, html);
    await put(dist, `docs/${page.path}.md`, page.markdown);
  }
  await put(dist, "docs/rest.html", restHtml(frame, restHead));
  const first = pages[0];
  if (first) await put(dist, "docs.html", await readFile(join(dist, `docs/${first.path}.html`)));
  await put(dist, "docs/search.json", JSON.stringify(searched(rendered)));
  await put(dist, "llms.txt", llms(sections));
}

async function put(dist: string, path: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(join(dist, path)), { recursive: true });
  await writeFile(join(dist, path), content);
}

function body(page: DocPage, { html, headings }: RenderedPage, sections: readonly DocSection[]) {
  const onPage = headings.filter(({ level }) => level === 2);
  const toc = onPage
    .map(({ id, text }) => `<li><a href="#${id}">${escaped(text)}</a></li>`)
    .join("");
  return `<div class="docs">
${head(`${base}/${page.path}`)}
<details class="docs-nav" open><summary>All pages</summary><nav aria-label="Pages">${sections.map((section) => list(section, page)).join("")}</nav></details>
<main id="content" class="prose" data-page="${escaped(page.path)}">
${html}
${tryLink(page.path)}<p class="docs-twin"><a href="${base}/${page.path}.md">This page as Markdown</a></p>
</main>
${onPage.length > 1 ? `<aside aria-label="On this page"><p>On this page</p><ul>${toc}</ul></aside>` : ""}
</div>`;
}

/** From the reference of calls to where they can be tried, which has the same sections. */
function tryLink(path: string): string {
  const section = /^reference\/operations(?:\/(.+))?$/.exec(path);
  if (!section) return "";
  const [, name] = section;
  const hash = name === undefined ? "" : `#tag/${name}`;
  return `<p><a href="${base}/rest${hash}">Try these calls in the REST reference</a></p>\n`;
}

/** What leads elsewhere, above every page. */
const elsewhere = [
  [`${base}/rest`, "REST reference"],
  ["/event-types", "Event catalogue"],
  ["/", "Console"],
] as const;

const searchField = `<div class="docs-search"><input type="search" aria-label="Search the documentation" placeholder="Search" autocomplete="off" role="combobox" aria-expanded="false" aria-controls="found"><ul id="found" role="listbox" aria-label="Found" hidden></ul></div>`;

function head(path: string): string {
  const isRest = path === `${base}/rest`;
  // Scalar has a search of its own, and on a phone a header.
  const [tag, search] = isRest
    ? ['section aria-label="Documentation"', ""]
    : ["header", searchField];
  const links = elsewhere.map(([to, text]) => {
    const current = to === path ? ' aria-current="page"' : "";
    return `<a href="${to}"${current}>${text}</a>`;
  });
  return `<a class="skip" href="#content">To the text</a>
<${tag} class="docs-head">
<a class="docs-mark" href="${base}"><img src="/mark.svg" alt="" width="26" height="26">Heliograph <span>documentation</span></a>
${search}
<nav aria-label="Elsewhere">${links.join("")}</nav>
<button type="button" data-theme-switch>Dark</button>
</${tag.split(" ")[0]}>`;
}

/** The page of the REST reference, which its program draws. */
const restHtml = (frame: string, restHead: string) =>
  frame
    .replace(/<title>.*<\/title>/, "<title>REST reference · Heliograph</title>")
    .replace("</head>", () => `${restHead}\n</head>`)
    .replace(
      '<div id="root"></div>',
      () => `<div class="docs-rest">
${head(`${base}/rest`)}
<div id="content" tabindex="-1"><noscript><p>A program draws this page. <a href="${base}/reference/operations">The same is there without one.</a></p></noscript><div id="rest"></div></div>
</div>`,
    );

function list({ title, pages }: DocSection, shown: DocPage): string {
  const items = pages.map(({ path, title: name }) => {
    const current = path === shown.path ? ' aria-current="page"' : "";
    return `<li><a href="${base}/${path}"${current}>${escaped(name)}</a></li>`;
  });
  if (title === "Reference") items.push(`<li><a href="${base}/rest">REST, to try out</a></li>`);
  const isOpen = pages.includes(shown) || pages.length < 15;
  return `<details${isOpen ? " open" : ""}><summary>${escaped(title)}</summary><ul>${items.join("")}</ul></details>`;
}

/** Each heading with the text up to the next. */
function searched(rendered: readonly (readonly [DocPage, RenderedPage])[]): SearchEntry[] {
  return rendered.flatMap(([page, { headings }]) => {
    const parts = page.markdown
      .replaceAll(/^```.*?^```/gms, "")
      .split(/^#{1,6} .+$/m)
      .slice(1);
    return headings.map(({ id, text, level }, place) => ({
      url: `${base}/${page.path}${level === 1 ? "" : `#${id}`}`,
      page: page.title,
      heading: text,
      text: plain((parts[place] ?? "").replaceAll(/[|-]{2,}|\|/g, " ")).slice(0, searchedText),
    }));
  });
}

/** What is there for machines beside the pages. */
const documents = `## Documents

- [OpenAPI 3.1](/v1/openapi.json): every call of the REST API, and every event as a webhook. \`${base}/rest\` shows it to people.
- [AsyncAPI 3.0](/v1/asyncapi.json): the deliveries.
`;

const llms = (sections: readonly DocSection[]) =>
  `# Heliograph

> Runs the residential solar flow between the company that sells and the company that installs, and tells each of them over signed
> webhooks exactly what happened. Every page below is also there as HTML, without \`.md\`.

${sections
  .map(
    ({ title, pages }) =>
      `## ${title}\n\n${pages
        .map(
          ({ path, title: name, summary }) =>
            `- [${name}](${base}/${path}.md)${summary === "" ? "" : `: ${summary}`}`,
        )
        .join("\n")}\n`,
  )
  .join("\n")}
${documents}`;
