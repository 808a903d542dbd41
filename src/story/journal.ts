import { readFileSync } from "node:fs";
import { mkdir, open, rename } from "node:fs/promises";
import { dirname } from "node:path";

/**
 * What a story has done so far, kept in a file so that a start after a crash goes on where the one before ended. The
 * step that a crash cut off is done again with the same Idempotency-Key, which makes it happen once.
 */
export interface Journal {
  /** Does a step once: later runs get its answer from the file. */
  step<T>(name: string, run: (idempotencyKey: string) => Promise<T>): Promise<T>;
  /** Whether a step was done before this start. */
  has(name: string): boolean;
}

interface Kept {
  /** Tells the plays of one installation apart. */
  readonly play: string;
  readonly answers: Record<string, unknown>;
}

/**
 * @param path of the file; it holds keys and secrets that were shown once, so only its owner may read it.
 * @param play tells a new story from others at the same service.
 */
export function openJournal(path: string, play = "1"): Journal {
  const kept = readKept(path, play);
  return {
    has: (name) => Object.hasOwn(kept.answers, name),
    async step<T>(name: string, run: (idempotencyKey: string) => Promise<T>) {
      if (!Object.hasOwn(kept.answers, name)) {
        kept.answers[name] =
          (await run(`demo-${kept.play}-${name.replaceAll(/\W+/g, "-")}`)) ?? null;
        await save(path, kept);
      }
      // What was kept under this name is what this step answered.
      return kept.answers[name] as T;
    },
  };
}

function readKept(path: string, play: string): Kept {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as Kept;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") {
      return { play, answers: {} };
    }
    throw error;
  }
}

/** Beside, synced, renamed: a crash leaves the old file or the new one. */
async function save(path: string, kept: Kept): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const handle = await open(`${path}.new`, "w", 0o600);
  await handle.writeFile(JSON.stringify(kept));
  await handle.sync();
  await handle.close();
  await rename(`${path}.new`, path);
}
