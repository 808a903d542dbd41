import { availableParallelism, cpus, totalmem } from "node:os";
import type { BenchOptions } from "./options.ts";

/** Where and how a run measured, in one line. */
export function describeRun(
  { rounds, scale }: Pick<BenchOptions, "rounds" | "scale">,
  postgresVersion: string,
): string {
  const model = cpus()[0]?.model.trim() ?? "unknown processor";
  const memory = Math.round(totalmem() / 2 ** 30);
  const date = new Date().toISOString().slice(0, 16).replace("T", " ");
  return [
    `${model}, ${availableParallelism()} cores, ${memory} GiB`,
    `Node ${process.versions.node}`,
    `PostgreSQL ${postgresVersion}`,
    `${rounds} rounds at scale ${scale}`,
    `${date} UTC`,
  ].join("; ");
}
