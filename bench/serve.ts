/** What a process of the benchmark can be asked to do, by name. */
type Tasks = Readonly<Record<string, (given: never) => unknown>>;

/** A question of the parent. */
export interface Question {
  readonly id: number;
  readonly task: string;
  readonly given: unknown;
}

/** What became of it. */
export interface Answer {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: string;
}

/**
 * Answers what the process that started this one asks, until that one is gone. Every process can be asked for `cpu`,
 * its own time on a processor so far in microseconds, and `memory`, its resident set in bytes.
 */
export function serve(tasks: Tasks): void {
  const all: Tasks = { cpu: processCpuUs, memory: () => process.memoryUsage.rss(), ...tasks };
  process.on("disconnect", () => process.exit(0));
  process.on("message", (question: Question) => {
    void answer(all, question).then((said) => process.send?.(said));
  });
  process.send?.("ready");
}

function processCpuUs(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

async function answer(tasks: Tasks, { id, task, given }: Question): Promise<Answer> {
  try {
    const run = tasks[task];
    if (!run) throw new Error(`No such task: ${task}`);
    return { id, result: await run(given as never) };
  } catch (error) {
    return { id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
