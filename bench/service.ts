import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { asStarted, startChild } from "./child.ts";
import type { BenchDatabase } from "./server.ts";
import type { Bench } from "./suite.ts";

/** A service that runs in a process of its own. */
export interface BenchService {
  readonly url: string;
  readonly operatorKey: string;
  /** Time it has had on a processor, in microseconds. */
  cpuUs(): Promise<number>;
  stop(): Promise<void>;
}

export async function startBenchService(
  { masterKey, profileDirectory }: Bench,
  { connection }: BenchDatabase,
  roles: "api" | "api,delivery",
): Promise<BenchService> {
  const dataDir = await mkdtemp(join(tmpdir(), `heliograph-bench-${process.pid}-data-`));
  const { host, username, password, database } = connection;
  // A URL cannot name a socket's directory; the driver takes what is missing in it from here.
  const env = { PGHOST: host, PGUSER: username, PGPASSWORD: password };
  const child = await startChild("serviceProcess.ts", {
    env,
    nodeOptions: asStarted(profileDirectory),
  });
  const operatorKey = randomBytes(32).toString("hex");
  const url = await child.ask<string>("start", {
    PORT: "0",
    DATABASE_URL: `postgres:///${database}`,
    HELIOGRAPH_DATA_DIR: dataDir,
    HELIOGRAPH_MASTER_KEY: masterKey,
    HELIOGRAPH_OPERATOR_KEY: operatorKey,
    HELIOGRAPH_EGRESS_ALLOW: "127.0.0.0/8",
    HELIOGRAPH_ROLES: roles,
    HELIOGRAPH_LOG: "warn",
  });
  return {
    url,
    operatorKey,
    cpuUs: () => child.ask<number>("cpu"),
    async stop() {
      await child.ask("stop");
      await child.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
