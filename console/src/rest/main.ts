import "./noEval.ts";
import "@scalar/api-reference/style.css";
import "./rest.css";
import { createApiReference } from "@scalar/api-reference";
import { forTrying, type OpenApi } from "./document.ts";
import { send } from "./send.ts";

/** The reference of the REST API that one can try, drawn by Scalar from what the service says of itself. */

async function start(root: HTMLElement): Promise<void> {
  followTheme();
  const read = await fetch("/v1/openapi.json");
  createApiReference(root, {
    content: forTrying((await read.json()) as OpenApi, location.origin),
    slug: "rest",
    customFetch: send,
    // Nothing of Scalar's own: colours are in `rest.css`, fonts are the console's.
    theme: "none",
    withDefaultFonts: false,
    // What would ask its makers, or lead to them.
    telemetry: false,
    showDeveloperTools: "never",
    hideClientButton: true,
    agent: { disabled: true },
    mcp: { disabled: true },
    // A key that was typed is forgotten with the page.
    persistAuth: false,
    authentication: { preferredSecurityScheme: "bearer" },
    forceDarkModeState: themeOf(),
    documentDownloadType: "none",
    operationTitleSource: "summary",
    orderSchemaPropertiesBy: "preserve",
    defaultOpenFirstTag: false,
    hideModels: true,
    showOperationId: true,
    setPageTitle: ({ title }) =>
      title === "" ? "REST reference · Heliograph" : `${title} · Heliograph`,
  });
}

function themeOf(): "dark" | "light" {
  return document.documentElement.dataset["theme"] === "dark" ? "dark" : "light";
}

/** Scalar knows the theme by a class of the body; the documentation by an attribute of the page. */
function followTheme(): void {
  const show = () => {
    document.body.classList.toggle("dark-mode", themeOf() === "dark");
    document.body.classList.toggle("light-mode", themeOf() === "light");
  };
  show();
  new MutationObserver(show).observe(document.documentElement, { attributeFilter: ["data-theme"] });
}

const place = document.querySelector<HTMLElement>("#rest");
if (place) void start(place);
