import { readdirSync, readFileSync } from "node:fs";

/** Length of a tick of the kernel's process accounting, in microseconds: 100 a second on every Linux we know. */
const tickUs = 10_000;

/**
 * Time on a processor that a process and its children have had, those that ended included, in microseconds.
 * @returns NaN where there is no /proc.
 */
export function familyCpuUs(pid: number): number {
  try {
    const own = readStat(pid);
    const children = readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .map((name) => statIfThere(Number(name)))
      .filter((stat) => stat?.parent === pid);
    const living = children.reduce((sum, stat) => sum + (stat?.ticks ?? 0), 0);
    return (own.ticks + own.ticksOfEnded + living) * tickUs;
  } catch {
    return Number.NaN;
  }
}

/** @returns the process that started this one. @throws {Error} where there is no /proc. */
export const parentOf = (pid: number): number => readStat(pid).parent;

interface Stat {
  readonly parent: number;
  readonly ticks: number;
  /** Of children that ended and were waited for. */
  readonly ticksOfEnded: number;
}

function statIfThere(pid: number): Stat | undefined {
  try {
    return readStat(pid);
  } catch {
    return undefined; // it ended meanwhile
  }
}

function readStat(pid: number): Stat {
  const text = readFileSync(`/proc/${pid}/stat`, "utf8");
  // The second field is the name in brackets and may hold blanks; what follows is counted from the third.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  const numberAt = (field: number) => Number(fields[field - 3]);
  return {
    parent: numberAt(4),
    ticks: numberAt(14) + numberAt(15),
    ticksOfEnded: numberAt(16) + numberAt(17),
  };
}
