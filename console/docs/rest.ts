import { join } from "node:path";
import { build, type Plugin } from "vite";
import { lockedDown } from "./lockedDown.ts";

/** Where the files of the REST reference are, in the built console. */
export const restAssets = "assets/rest";

/**
 * Builds the program of the REST reference: in a build of its own, so that no other page shares a file with it.
 * @param folder of the console. @param dist where it is built to.
 * @returns what its page has in its head.
 */
export async function buildRest(folder: string, dist: string): Promise<string> {
  const names: string[] = [];
  await build({
    root: folder,
    configFile: false,
    logLevel: "warn",
    publicDir: false,
    plugins: [lockedDown(), written(names)],
    define: {
      __VUE_OPTIONS_API__: "true",
      __VUE_PROD_DEVTOOLS__: "false",
      __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: "false",
    },
    build: {
      outDir: dist,
      emptyOutDir: false,
      assetsDir: restAssets,
      assetsInlineLimit: 0,
      chunkSizeWarningLimit: 1_000,
      modulePreload: { polyfill: false },
      rollupOptions: { input: join(folder, "src/rest/main.ts") },
      target: "es2022",
    },
  });
  return names
    .map((name) =>
      name.endsWith(".css")
        ? `<link rel="stylesheet" href="/${name}">`
        : `<script type="module" src="/${name}"></script>`,
    )
    .join("\n");
}

/** Notes what a page must name: the first script and the styles that it comes with. */
const written = (names: string[]): Plugin => ({
  name: "written-names",
  generateBundle(_, bundle) {
    for (const file of Object.values(bundle)) {
      if (file.type !== "chunk" || !file.isEntry) continue;
      names.push(...(file.viteMetadata?.importedCss ?? []), file.fileName);
    }
  },
});
