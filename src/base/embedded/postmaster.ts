import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Address } from "./address.ts";
import { ifThere } from "./files.ts";
import { isAlive, isServerOf } from "./processes.ts";

/** What `postmaster.pid` and the process it names say about a cluster. */
export type Postmaster =
  | { readonly state: "absent" }
  | { readonly state: "busy"; readonly pid: number; readonly doing: "starting" | "stopping" }
  | { readonly state: "ready"; readonly pid: number; readonly address: Address };

/**
 * Looks whether a server works on the cluster in `data`. The file outlives a server that was
 * killed, so its process has to be alive, a PostgreSQL, and at work in this very directory.
 */
export async function readPostmaster(data: string): Promise<Postmaster> {
  const text = await ifThere(readFile(join(data, "postmaster.pid"), "utf8"));
  const [id = "", directory, , port = "", socket = "", host = "", , status = ""] =
    text?.split("\n").map((line) => line.trim()) ?? [];
  const pid = Number(id);
  if (!Number.isInteger(pid) || pid <= 0) return { state: "absent" };
  // The directory is missing while the file is being written.
  if (directory !== undefined && directory !== "" && directory !== data) return { state: "absent" };
  if (!isServerOf(pid, data)) return { state: "absent" };
  if (status === "ready") {
    return { state: "ready", pid, address: { host: socket || host, port: Number(port) } };
  }
  return { state: "busy", pid, doing: status === "stopping" ? "stopping" : "starting" };
}

/** How long a server may take to shut down before it is ended at once, in milliseconds. */
const stoppingLimitMs = 10_000;

/**
 * Watches a server that shuts down, called again and again with what it is found to do. One that does not come to an end is
 * told to stop without any more ado: what was committed is in its log, and the next start reads it. PostgreSQL 18 never
 * ends when it is told to shut down while it recovers from the crash of a connection.
 */
export function createStopWatch(): (found: Postmaster) => void {
  let pid: number | undefined;
  let since = 0;
  return (found) => {
    const stopping = found.state === "busy" && found.doing === "stopping" ? found.pid : undefined;
    if (stopping !== pid) since = performance.now();
    pid = stopping;
    if (pid === undefined || performance.now() - since < stoppingLimitMs) return;
    process.kill(pid, "SIGQUIT"); // what PostgreSQL calls an immediate shutdown
    since = performance.now();
  };
}

/**
 * Removes a lock file of PostgreSQL, `postmaster.pid` or the one of a socket, whose process id now
 * belongs to something that is no PostgreSQL at work in `data`. PostgreSQL would take such a
 * process for a server and refuse to start. When the process is dead it sees that itself, and checks
 * more than we could, so the file is left to it.
 */
export async function removeMistakenLock(path: string, data: string): Promise<void> {
  const text = await ifThere(readFile(path, "utf8"));
  const pid = Math.abs(Number(text?.split("\n")[0]));
  if (!Number.isInteger(pid) || pid === 0) return;
  if (isAlive(pid) && !isServerOf(pid, data)) await rm(path, { force: true });
}
