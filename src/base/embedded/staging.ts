import { randomBytes } from "node:crypto";
import { mkdir, open, readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { errorCode, exists } from "./files.ts";
import { processName, runsStill } from "./processes.ts";

const pollMs = 20;
const longestWaitMs = 60_000;

/**
 * Makes the directory `target` complete or not at all, also when this process is killed half way.
 *
 * `fill` works in a sibling directory that is renamed at the end. There is no lock, so none can be
 * left behind: a rename onto a directory with content fails, hence of two processes that make the
 * same directory one wins and the other throws its own away and uses the winner's. The sibling's
 * name tells which process works in it; the ones of dead processes are swept, and a process that
 * finds a live one waits instead of doing the same work.
 */
export async function makeWhole(
  target: string,
  fill: (staging: string) => Promise<void>,
): Promise<void> {
  const end = Date.now() + longestWaitMs;
  while ((await someoneMakes(target)) && Date.now() < end) await delay(pollMs);
  if (await exists(target)) return;

  const staging = `${target}.new-${processName(process.pid)}-${randomBytes(4).toString("hex")}`;
  await mkdir(staging, { mode: 0o700 });
  try {
    await fill(staging);
    await syncDirectory(staging);
    await rename(staging, target);
    await syncDirectory(dirname(target));
  } catch (error) {
    await rm(staging, { recursive: true, force: true });
    const lostTheRace = ["ENOTEMPTY", "EEXIST", "ENOTDIR"].includes(errorCode(error));
    if (!lostTheRace || !(await exists(target))) throw error;
  }
}

/** Sweeps what dead processes left behind and says whether a live one is at work. */
async function someoneMakes(target: string): Promise<boolean> {
  const prefix = `${basename(target)}.new-`;
  let busy = false;
  for (const name of await readdir(dirname(target))) {
    if (!name.startsWith(prefix)) continue;
    const [pid, started] = name.slice(prefix.length).split("-");
    if (runsStill(`${pid}-${started}`)) busy = true;
    else await rm(join(dirname(target), name), { recursive: true, force: true });
  }
  return busy;
}

async function syncDirectory(path: string): Promise<void> {
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
