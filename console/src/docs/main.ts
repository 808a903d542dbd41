import "../styles.css";
import "./docs.css";
import { startSearch } from "./search.ts";

/** The pages of the documentation are written when the console is built; this adds what needs a program. */

const themeSwitch = document.querySelector<HTMLButtonElement>("[data-theme-switch]");
const root = document.documentElement;
const showTheme = () => {
  if (themeSwitch) themeSwitch.textContent = root.dataset["theme"] === "dark" ? "Light" : "Dark";
};
themeSwitch?.addEventListener("click", () => {
  const theme = root.dataset["theme"] === "dark" ? "light" : "dark";
  root.dataset["theme"] = theme;
  localStorage.setItem("heliograph.theme", theme);
  showTheme();
});
showTheme();

// On a phone the list of pages is asked for.
const list = document.querySelector<HTMLDetailsElement>(".docs-nav");
if (list && matchMedia("(max-width: 860px)").matches) list.open = false;
document.querySelector(".docs-nav [aria-current]")?.scrollIntoView({ block: "center" });
scrollTo(0, 0);

for (const block of document.querySelectorAll<HTMLPreElement>(".prose pre")) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "Copy";
  button.addEventListener("click", () => {
    void navigator.clipboard.writeText(block.querySelector("code")?.textContent ?? "").then(() => {
      button.textContent = "Copied";
      setTimeout(() => (button.textContent = "Copy"), 1_500);
    });
  });
  const frame = document.createElement("div");
  frame.className = "code";
  block.replaceWith(frame);
  frame.append(block, button);
}

startSearch();

const tools: Readonly<Record<string, () => Promise<{ start: (place: HTMLElement) => void }>>> = {
  signatures: () => import("./checker.ts"),
  retries: () => import("./ruler.ts"),
};
const main = document.querySelector<HTMLElement>("main[data-page]");
const load = tools[main?.dataset["page"] ?? ""];
const place = document.querySelector<HTMLElement>("h1");
if (load && place) {
  const section = document.createElement("section");
  section.className = "docs-tool";
  place.after(section);
  void load().then(({ start }) => start(section));
}
