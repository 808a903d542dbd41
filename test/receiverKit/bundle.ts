import { fileURLToPath } from "node:url";
import { build, type Rollup } from "vite";

/**
 * One JavaScript module of a file of the receiver, as a bundler makes it for programs that run elsewhere than here.
 * @param file below `src/receiver`.
 */
export async function bundle(file: string): Promise<string> {
  const entry = fileURLToPath(new URL(`../../src/receiver/${file}`, import.meta.url));
  const made = await build({
    configFile: false,
    logLevel: "error",
    build: {
      write: false,
      minify: false,
      target: "es2022",
      lib: { entry, formats: ["es"], fileName: "receiver" },
    },
  });
  const [output] = made as Rollup.RollupOutput[];
  const [chunk, ...others] = output?.output ?? [];
  if (!chunk || others.length > 0) throw new Error(`${file} is not one module`);
  return chunk.code;
}
