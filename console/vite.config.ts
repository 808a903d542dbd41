import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { build, defineConfig, type Plugin } from "vite";
import type * as Writer from "./src/prerender.tsx";
import { settingFields } from "./src/settings/fields.ts";
import { operation, operationNames } from "../src/contract/operations.ts";

const root = fileURLToPath(new URL(".", import.meta.url));

/** Who gets the table in place of the contract: what makes calls, and what tells who may make them. */
const slimmed = /\/(src\/sdk\/client|console\/src\/rights)\.ts$/;

/**
 * What the client needs of the contract to make a call or to say why it cannot be made, computed from it: its schemas would
 * more than double what a browser loads before the first page. Forms take the contract itself, when one is opened.
 */
function slimOperations(): Plugin {
  const id = "\0operations";
  const names = (schema: unknown) =>
    Object.fromEntries(
      Object.keys((schema as { shape?: object }).shape ?? {}).map((name) => [name, true]),
    );
  const table = Object.fromEntries(
    operationNames.map((name) => {
      const { method, path, params, query, bodyKind, answerKind, callers, scope } = operation(name);
      const shapes = { params: { shape: names(params) }, query: { shape: names(query) } };
      return [name, { method, path, bodyKind, answerKind, callers, scope, ...shapes }];
    }),
  );
  return {
    name: "slim-operations",
    enforce: "pre",
    resolveId: (source, importer) =>
      source.endsWith("contract/operations.ts") && slimmed.test(importer ?? "") ? id : undefined,
    load: (asked) =>
      asked === id
        ? `export const operations = ${JSON.stringify(table)};
export const operationNames = Object.keys(operations);
export const operation = (name) => operations[name];`
        : undefined,
  };
}

/** The settings as they are listed, computed from the contract: its schemas would be nearly half of what their page loads. */
function listedSettings(): Plugin {
  return {
    name: "listed-settings",
    load: (asked) =>
      asked.endsWith("console/src/settings/fields.ts")
        ? `export const settingFields = ${JSON.stringify(settingFields)};`
        : undefined,
  };
}

/** Where the program that writes pages is put while it is needed. */
const writer = join(root, "dist", ".writer");

/**
 * Writes the pages of the event catalogue into the build, so that they are read without JavaScript: each is the console's
 * page with its content in it.
 */
function writtenPages(): Plugin {
  return {
    name: "written-pages",
    apply: "build",
    async closeBundle() {
      await build({
        root,
        configFile: false,
        logLevel: "warn",
        publicDir: false,
        plugins: [slimOperations(), react()],
        build: { ssr: "src/prerender.tsx", outDir: writer, target: "esnext" },
      });
      const { writePages } = (await import(
        pathToFileURL(join(writer, "prerender.js")).href
      )) as typeof Writer;
      const page = await readFile(join(root, "dist", "index.html"), "utf8");
      await mkdir(join(root, "dist", "event-types"), { recursive: true });
      for (const { path, title, html } of await writePages()) {
        const written = page
          .replace(/<title>.*<\/title>/, `<title>${title} · Heliograph</title>`)
          .replace('<div id="root"></div>', () => `<div id="root">${html}</div>`);
        await writeFile(join(root, "dist", `${path}.html`), written);
      }
      await rm(writer, { recursive: true });
    },
  };
}

/** The console as files that the service hands out: everything in them, no request to another host. */
export default defineConfig({
  root,
  plugins: [slimOperations(), listedSettings(), react(), tailwindcss(), writtenPages()],
  build: {
    outDir: "dist",
    emptyOutDir: true,
    // The console, and the page of a link, which is to be small on a phone.
    rollupOptions: { input: [`${root}index.html`, `${root}page.html`] },
    target: "es2022",
    // An inlined file would need `data:` in the policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: {
    port: 4401,
    proxy: { "/v1": "http://localhost:4400" },
  },
});
