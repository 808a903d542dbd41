import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { StartError } from "../startError.ts";
import type { Address } from "./address.ts";
import { readPassword } from "./cluster.ts";
import { launch, type Launch, type LaunchOptions } from "./launch.ts";
import { createStopWatch, readPostmaster, type Postmaster } from "./postmaster.ts";
import { endRemainsOf } from "./processes.ts";
import { openSession, type Session } from "./session.ts";

/** A server that answers. */
export interface Reached {
  readonly data: string;
  readonly address: Address;
  readonly password: string;
  readonly session: Session;
  /** True when the server was not started here. */
  readonly adopted: boolean;
}

/** How long what is left of a server that was killed may take to end by itself, in milliseconds; it is done in a few. */
const remainsLimitMs = 3_000;

const pollMs = 5;
const tellAfterMs = 3_000;
/** How long a server may stay in one state. Recovery after a crash may read up to `max_wal_size`. */
const limitsMs = { absent: 20_000, busy: 10 * 60_000, ready: 60_000 } as const;

/**
 * Connects to the server of the cluster at `home`, starting it when there is none.
 *
 * It loops until a connection stands, because any step can be overtaken: another start may launch
 * its server first, and a server that is ready may be going down. Who may start is PostgreSQL's own
 * decision: of two servers on one cluster it ends the second, whose start then adopts the first.
 * @throws {StartError}
 */
export async function reachServer(
  home: string,
  { progress, ...options }: LaunchOptions & { progress: (line: string) => void },
): Promise<Reached> {
  const data = join(home, "data");
  const password = await readPassword(home);
  let launched: Launch | undefined;
  let refusal: StartError | undefined;
  const wait = startWaiting(progress);
  const watch = createStopWatch();
  const clear = createClearance(data);
  for (;;) {
    const found = await readPostmaster(data);
    watch(found);
    if (found.state === "ready") {
      const session = await openSession(found.address, { data, password });
      if (session !== undefined) {
        const adopted = found.pid !== launched?.pid;
        launched?.release();
        return { data, address: found.address, password, session, adopted };
      }
    }
    if (found.state === "absent") launched ??= await launch(home, options);
    const ended = await launched?.ended();
    if (ended !== undefined) {
      if (!ended.again) throw ended.error;
      refusal = ended.error;
      clear(ended.byRemains);
      launched = undefined;
    }
    await wait(found, refusal);
  }
}

/**
 * Is told of each start that failed, and whether what is left of the server before was in its way: ends that after a while.
 * Other starts that were in the way meanwhile change nothing: they run into the same.
 */
function createClearance(data: string): (byRemains: boolean) => void {
  let since: number | undefined;
  return (byRemains) => {
    if (byRemains) since ??= performance.now();
    if (since !== undefined && performance.now() - since > remainsLimitMs) endRemainsOf(data);
  };
}

/** A short pause that says so when a state lasts, and ends the start when it lasts too long. */
function startWaiting(progress: (line: string) => void) {
  let state: Postmaster["state"] = "absent";
  let since = Date.now();
  let told = false;
  return async (found: Postmaster, refusal: StartError | undefined): Promise<void> => {
    if (found.state !== state) {
      state = found.state;
      since = Date.now();
    }
    const waitedMs = Date.now() - since;
    if (waitedMs > limitsMs[state]) throw refusal ?? describeStall(found);
    if (waitedMs > tellAfterMs && !told) {
      told = true;
      progress(
        `PostgreSQL is still ${found.state === "busy" ? found.doing : "not answering"}, waiting`,
      );
    }
    await delay(pollMs);
  };
}

function describeStall(found: Postmaster): StartError {
  if (found.state === "absent") return new StartError("PostgreSQL did not start: try again");
  const doing = found.state === "busy" ? `is still ${found.doing}` : "does not answer";
  return new StartError(
    `The PostgreSQL server with process id ${found.pid} ${doing}: wait for it or end it, then start again`,
  );
}
