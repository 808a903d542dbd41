import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const main = fileURLToPath(new URL("../../src/main.ts", import.meta.url));
const clock = new URL("jumpingClock.ts", import.meta.url).href;

/** A place for one process of the service: whenever it ends, another is started, as a supervisor of services does. */
export interface Slot {
  readonly name: string;
  /** Where it is reached; the last address while it is down. */
  readonly url: string;
  /** Whether it is ready, and not frozen. */
  readonly isUp: boolean;
  /** How often it was started, and in vain because the database was away. */
  readonly starts: { readonly all: number; readonly inVain: number };
  /** Ends of processes that nobody asked for, and what they said. */
  readonly deaths: readonly string[];
  /** Resolves when a process is ready. */
  untilUp(): Promise<void>;
  /** kill -9. */
  kill(): void;
  freeze(): void;
  wake(): void;
  /** Sets its clock hours off. */
  jumpClock(): void;
  /** Lets it stop as on Ctrl-C. */
  stop(): Promise<void>;
}

const pauseMs = 50;

/** @param env settings of the service. */
export function openSlot(name: string, env: Readonly<Record<string, string>>): Slot {
  const starts = { all: 0, inVain: 0 };
  const deaths: string[] = [];
  let child: ChildProcess | undefined;
  let url = "";
  let state: "starting" | "ready" | "frozen" = "starting";
  const stopping = new AbortController();
  let up = Promise.withResolvers<void>();
  const running = keepUp();

  async function keepUp(): Promise<void> {
    while (!stopping.signal.aborted) {
      const said = await runOnce();
      const isInVain = state === "starting" && said !== null;
      if (state !== "starting") up = Promise.withResolvers();
      if (isInVain) starts.inVain += 1;
      else if (said !== null && !stopping.signal.aborted)
        deaths.push(`${name} ended by itself: ${said}`);
      state = "starting";
      if (isInVain) await delay(pauseMs);
    }
  }

  /** @returns what it said when it ended by itself; null when it was killed. */
  async function runOnce(): Promise<string | null> {
    starts.all += 1;
    const started = spawn(process.execPath, ["--import", clock, main], {
      env: { PATH: process.env["PATH"] ?? "", ...env, HELIOGRAPH_PARENT_FD: "3" },
      stdio: ["ignore", "pipe", "pipe", "pipe"],
    });
    child = started;
    let said = "";
    started.stdio[3]?.on("error", () => undefined);
    started.stderr?.setEncoding("utf8").on("data", (text: string) => {
      said = `${said}${text}`.slice(-4_000);
    });
    started.stdout?.setEncoding("utf8").on("data", (text: string) => {
      const found = / is ready: (\S+)\n/.exec(text)?.[1];
      if (found === undefined) return;
      url = found;
      state = "ready";
      up.resolve();
    });
    const [code, signal] = (await once(started, "close")) as [number | null, string | null];
    return signal === "SIGKILL" ? null : `${code ?? signal} ${said}`;
  }

  return {
    name,
    get url() {
      return url;
    },
    get isUp() {
      return state === "ready" && child?.exitCode === null && child.signalCode === null;
    },
    starts,
    deaths,
    untilUp: () => up.promise,
    kill() {
      child?.kill("SIGKILL");
    },
    freeze() {
      state = "frozen";
      child?.kill("SIGSTOP");
    },
    wake() {
      child?.kill("SIGCONT");
      state = "ready";
    },
    jumpClock() {
      child?.kill("SIGUSR2");
    },
    async stop() {
      stopping.abort();
      child?.kill("SIGTERM");
      const lastResort = setTimeout(() => child?.kill("SIGKILL"), 30_000);
      await running;
      clearTimeout(lastResort);
    },
  };
}
