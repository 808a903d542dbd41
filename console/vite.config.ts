import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { build, defineConfig, type Plugin } from "vite";
import { buildRest } from "./docs/rest.ts";
import { writeDocs } from "./docs/write.ts";
import type * as Writer from "./src/prerender.tsx";
import { slimOperations } from "../scripts/slimOperations.ts";

import { settingFields } from "./src/settings/fields.ts";

const root = fileURLToPath(new URL(".", import.meta.url));

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

/** Writes the documentation into the build: `docs/` and the changelog of the project. */
const writtenDocs = (): Plugin => ({
  name: "written-docs",
  apply: "build",
  async closeBundle() {
    const dist = join(root, "dist");
    const restHead = await buildRest(root, dist);
    await writeDocs(fileURLToPath(new URL("..", import.meta.url)), { dist, restHead });
  },
});

/** The console as files that the service hands out: everything in them, no request to another host. */
export default defineConfig({
  root,
  plugins: [
    slimOperations(),
    listedSettings(),
    react(),
    tailwindcss(),
    writtenPages(),
    writtenDocs(),
  ],
  build: {
    outDir: "dist",
    emptyOutDir: true,
    // The console; the page of a link, which is to be small on a phone; and the frame of the documentation.
    rollupOptions: { input: [`${root}index.html`, `${root}page.html`, `${root}docs.html`] },
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
