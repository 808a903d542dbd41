import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, readlinkSync } from "node:fs";

const hasProc = existsSync("/proc/self/stat");

/** Whether a process with this id runs, whoever owns it. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Whether the process is a PostgreSQL server that works in `directory`. */
export function isServerOf(pid: number, directory: string): boolean {
  if (!isAlive(pid) || !commandOf(pid).includes("postgres")) return false;
  const working = workingDirectoryOf(pid);
  return working === undefined || working === directory;
}

/**
 * Ends the connections and helpers of a server in `directory` that is gone. They end by themselves, but one may hang on a
 * lock whose holder died, and as long as it does no new server can start. What was committed is in the log that the next
 * server reads. Only where the system shows its processes.
 */
export function endRemainsOf(directory: string): void {
  if (!hasProc) return;
  for (const name of readdirSync("/proc").filter((each) => /^\d+$/.test(each))) {
    const pid = Number(name);
    // A server itself has its path there; those that it started call themselves by what they do.
    if (!commandOf(pid).startsWith("postgres: ") || workingDirectoryOf(pid) !== directory) continue;
    process.kill(pid, "SIGKILL");
  }
}

/**
 * Names a process for good: an id is used again after a while, an id with its start time is not.
 * The start time is `0` where the platform has no /proc.
 */
export function processName(pid: number): string {
  return `${pid}-${startTimeOf(pid)}`;
}

/** Whether the process a `processName` stands for still runs. */
export function runsStill(name: string): boolean {
  const pid = Number(name.split("-")[0]);
  return isAlive(pid) && processName(pid) === name;
}

/** Empty for a process that is gone, and for a dead one that nobody has collected yet. */
function commandOf(pid: number): string {
  try {
    if (hasProc) return readFileSync(`/proc/${pid}/cmdline`, "utf8");
    return execFileSync("ps", ["-o", "command=", "-p", String(pid)], { encoding: "utf8" });
  } catch {
    return "";
  }
}

function workingDirectoryOf(pid: number): string | undefined {
  try {
    return hasProc ? readlinkSync(`/proc/${pid}/cwd`) : undefined;
  } catch {
    return undefined;
  }
}

function startTimeOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The second field is the command in brackets and may hold blanks; the start time is field 22.
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "0";
  } catch {
    return "0";
  }
}
