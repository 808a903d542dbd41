import { resolve } from "node:path";
import { findBinaries } from "./binaries.ts";
import { checkVersion, createCluster, roleName } from "./cluster.ts";
import { explainError } from "./failure.ts";
import { exists } from "./files.ts";
import { findHome, openDataDirectory, recordHome } from "./home.ts";
import { checkOwner, serverUser } from "./owner.ts";
import { reachServer, type Reached } from "./reach.ts";
import { makeWhole } from "./staging.ts";
import { supervise, type Supervised } from "./supervise.ts";

/** A running PostgreSQL server that belongs to one data directory. */
export interface EmbeddedServer {
  /** Connection options for the `postgres` package; `host` is a socket directory or 127.0.0.1. */
  readonly connection: {
    host: string;
    port: number;
    username: string;
    password: string;
    database: string;
  };
  /** For example "18.4". */
  readonly version: string;
  /** True when the server was running already, left by an earlier start or shared with another. */
  readonly adopted: boolean;
  /** Sentences to print at start, for example that the database is under /var/lib and why. */
  readonly notices: readonly string[];
  /**
   * Ends the watch over it, shuts the server down and waits until it is down, unless another service still uses it. Close
   * your own connections first: the shutdown cuts them.
   * @throws {Error} when it is still up after 60 s.
   */
  stop(): Promise<void>;
}

interface EmbeddedOptions {
  /** The service's data directory, made if missing. */
  readonly dataDir: string;
  readonly progress: (line: string) => void;
  /** Settings of PostgreSQL on top of ours; they count only when the server is not adopted. */
  readonly settings?: Readonly<Record<string, string>>;
}

/**
 * Starts PostgreSQL for a data directory, or finds the server that already runs for it, and makes
 * its database if there is none. The server outlives this process unless `stop` is called; until
 * then it is started again whenever it goes away.
 * @throws {StartError} when that is impossible; its message says why and what to do.
 */
export async function startEmbeddedServer(options: EmbeddedOptions): Promise<EmbeddedServer> {
  const { progress, settings = {} } = options;
  try {
    const user = serverUser();
    const dataDir = await openDataDirectory(resolve(options.dataDir), user);
    const home = await findHome(dataDir, user);
    const isThere = await exists(home.path);
    if (isThere) await checkOwner(home.path, user);
    const binaries = await findBinaries(dataDir, user);
    if (!isThere) {
      progress(`Creating the database in ${home.path}, which takes a second or two`);
      const sync = settings["fsync"] !== "off";
      await makeWhole(home.path, (staging) => createCluster(staging, { binaries, user, sync }));
    }
    await recordHome(home);
    await checkVersion(home.path, binaries);
    const found = { binaries, user, settings, progress };
    const reached = await reachServer(home.path, found);
    const { address } = reached;
    const reachAgain = () => reachServer(home.path, { ...found, address });
    const notices = [...home.notices, ...binaries.notices];
    return describeServer(reached, notices, supervise(reached, { reachAgain, progress }));
  } catch (error) {
    throw explainError(`PostgreSQL cannot be started for ${options.dataDir}`, error);
  }
}

function describeServer(
  { address, password, session, adopted }: Reached,
  notices: readonly string[],
  supervised: Supervised,
): EmbeddedServer {
  return {
    connection: { ...address, username: roleName, password, database: roleName },
    version: session.version,
    adopted,
    notices,
    stop: () => supervised.stop(),
  };
}
