import type MiniSearch from "minisearch";
import type { SearchEntry } from "../../docs/write.ts";

/** As many as a person looks through. */
const shownAtMost = 12;

/** The field that finds pages: what is searched is loaded when somebody comes to it. `/` leads there. */
export function startSearch(): void {
  const field = document.querySelector<HTMLInputElement>(".docs-search input");
  const found = document.querySelector<HTMLUListElement>("#found");
  if (!field || !found) return;
  let index: Promise<MiniSearch<SearchEntry>> | undefined;
  let chosen = -1;
  const options = () => [...found.querySelectorAll<HTMLAnchorElement>("a")];
  const choose = (place: number) => {
    const all = options();
    chosen = all.length === 0 ? -1 : (place + all.length) % all.length;
    for (const [at, each] of all.entries()) {
      each.setAttribute("aria-selected", String(at === chosen));
      if (at === chosen) field.setAttribute("aria-activedescendant", each.id);
    }
    all[chosen]?.scrollIntoView({ block: "nearest" });
  };
  const close = () => {
    found.hidden = true;
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
  };
  const show = async () => {
    const query = field.value.trim();
    if (query === "") return close();
    index ??= readIndex();
    const results = (await index).search(query).slice(0, shownAtMost);
    // Meanwhile something else may have been typed.
    if (query !== field.value.trim()) return;
    found.replaceChildren(
      ...(results.length === 0
        ? [nothing()]
        : results.map((result, at) => option(result as unknown as SearchEntry, at))),
    );
    found.hidden = false;
    field.setAttribute("aria-expanded", "true");
    choose(0);
  };
  field.addEventListener("focus", () => {
    index ??= readIndex();
  });
  field.addEventListener("input", () => void show());
  field.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined && !found.hidden) {
      event.preventDefault();
      choose(chosen + step);
    } else if (event.key === "Enter") options()[chosen]?.click();
    else if (event.key === "Escape") close();
  });
  document.addEventListener("keydown", (event) => {
    const isTyping =
      event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement;
    if (event.key !== "/" || isTyping) return;
    event.preventDefault();
    field.focus();
  });
  document.addEventListener("pointerdown", ({ target }) => {
    if (target instanceof Node && !field.parentElement?.contains(target)) close();
  });
}

async function readIndex(): Promise<MiniSearch<SearchEntry>> {
  const [{ default: Search }, response] = await Promise.all([
    import("minisearch"),
    fetch("/docs/search.json"),
  ]);
  const index = new Search<SearchEntry>({
    // A heading stands once on a page.
    idField: "url",
    fields: ["heading", "page", "text"],
    storeFields: ["url", "page", "heading", "text"],
    // `new_install` is one word, and so are its parts.
    tokenize: (text) =>
      text.split(/[\s.,;:()"'`/]+/).flatMap((word) => [word].concat(word.split("_"))),
    searchOptions: {
      prefix: true,
      fuzzy: 0.15,
      boost: { heading: 4, page: 2 },
      combineWith: "AND",
    },
  });
  index.addAll((await response.json()) as SearchEntry[]);
  return index;
}

function option({ url, page, heading, text }: SearchEntry, at: number): HTMLLIElement {
  const link = document.createElement("a");
  link.href = url;
  link.id = `found-${at}`;
  link.setAttribute("role", "option");
  link.append(
    element("strong", heading),
    ...(page === heading ? [] : [element("span", page)]),
    element("small", text.slice(0, 110)),
  );
  const item = document.createElement("li");
  item.setAttribute("role", "presentation");
  item.append(link);
  return item;
}

function nothing(): HTMLLIElement {
  const item = element("li", "Nothing found.");
  item.setAttribute("role", "presentation");
  return item;
}

function element<Name extends "strong" | "span" | "small" | "li">(name: Name, text: string) {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}
