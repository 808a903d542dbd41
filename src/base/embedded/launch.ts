import { spawn } from "node:child_process";
import { open, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { chooseAddress, listenSettings, type Address } from "./address.ts";
import type { Binaries } from "./binaries.ts";
import { explainFailure } from "./failure.ts";
import { spawnOptions, type ServerUser } from "./owner.ts";
import { removeMistakenLock } from "./postmaster.ts";
import type { StartError } from "../startError.ts";

export interface LaunchOptions {
  readonly binaries: Binaries;
  readonly user: ServerUser;
  readonly settings: Readonly<Record<string, string>>;
  /** Where it listened before, so that those who were connected find it again; chosen anew when left out. */
  readonly address?: Address;
}

/** A server process that was started just now. */
export interface Launch {
  readonly pid: number | undefined;
  /**
   * How it ended; `undefined` while it runs. `again` when another start or server was in its way, `byRemains` when that was
   * what is left of a server that is gone.
   */
  ended(): Promise<{ error: StartError; again: boolean; byRemains: boolean } | undefined>;
  /** Cuts the last tie between the server and this process. */
  release(): void;
}

/** Durability (fsync, synchronous_commit, full_page_writes) is left at PostgreSQL's safe defaults. */
const defaultSettings = {
  cluster_name: "heliograph",
  huge_pages: "try",
  jit: "off",
  log_timezone: "UTC",
  max_connections: "100",
  max_wal_size: "2GB",
  shared_buffers: "256MB",
  timezone: "UTC",
  wal_compression: "pglz",
  // A file for each day of the week, emptied when its day comes round again.
  log_file_mode: "0600",
  log_filename: "server-%a.log",
  log_rotation_age: "1d",
  log_rotation_size: "0",
  log_truncate_on_rotation: "on",
  logging_collector: "on",
} as const;

/**
 * Starts a server for the cluster at `home` and returns at once. It gets a session of its own, so
 * that neither a Ctrl-C nor the death of this process reaches it.
 * @throws {StartError} when there is no place to listen.
 */
export async function launch(home: string, options: LaunchOptions): Promise<Launch> {
  const { binaries, user, settings } = options;
  const data = join(home, "data");
  const logs = join(home, "log");
  const address = options.address ?? (await chooseAddress(home, user));
  await removeMistakenLock(join(data, "postmaster.pid"), data);
  await removeMistakenLock(join(address.host, `.s.PGSQL.${address.port}.lock`), data);
  const sizesBefore = await fileSizes(logs);

  const all = { ...defaultSettings, log_directory: logs, ...listenSettings(address), ...settings };
  const args = Object.entries(all).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const child = spawn(binaries.postgres, ["-D", data, ...args], {
    ...spawnOptions(user),
    detached: true,
    stdio: ["ignore", "ignore", "pipe"],
  });
  let output = "";
  child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
  let ending: string | Error | undefined;
  child.once("error", (error) => (ending = error));
  child.once("close", (code, signal) => (ending ??= signal ?? `exit status ${code}`));

  return {
    pid: child.pid,
    async ended() {
      if (ending === undefined) return undefined;
      const said = `${output}\n${await readNewLines(logs, sizesBefore)}`;
      const byRemains = said.includes("pre-existing shared memory");
      // Empty: another server has just made it, and is about to write its process id.
      const again = byRemains || /"postmaster.pid" (already exists|is empty)/.test(said);
      return {
        error: explainFailure("PostgreSQL could not start", ending, said),
        again,
        byRemains,
      };
    },
    release() {
      child.stderr.destroy();
      child.unref();
    },
  };
}

async function fileSizes(directory: string): Promise<ReadonlyMap<string, number>> {
  const names = await readdir(directory);
  const sizes = names.map(
    async (name) => [name, (await stat(join(directory, name))).size] as const,
  );
  return new Map(await Promise.all(sizes));
}

/** What this start added to the server's logs. */
async function readNewLines(
  directory: string,
  before: ReadonlyMap<string, number>,
): Promise<string> {
  let text = "";
  for (const [name, size] of await fileSizes(directory)) {
    const from = before.get(name) ?? 0;
    const length = Math.min(size - from, 64 * 1024);
    if (length <= 0) continue;
    await using file = await open(join(directory, name), "r");
    const { buffer } = await file.read(Buffer.alloc(length), 0, length, size - length);
    text += buffer.toString();
  }
  return text;
}
