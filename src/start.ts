import { hostname } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { publicUrl, type Config } from "./base/config.ts";
import { checkServer, connect, type Connection } from "./base/database.ts";
import { startEmbeddedServer } from "./base/embedded/server.ts";
import { createFeedSignal } from "./base/feedSignal.ts";
import { createDiskFileStore } from "./base/fileStore.ts";
import { newId } from "./base/id.ts";
import { checkMasterKey, readOrMakeKey } from "./base/instanceKeys.ts";
import { createLog, type Log } from "./base/log.ts";
import { migrate } from "./base/migrate.ts";
import { createSeal } from "./base/seal.ts";
import { createTestClock, followTestClock } from "./base/movableClock.ts";
import { testClockPath } from "./base/clockInDatabase.ts";
import { addressSet, parseRange } from "./delivery/address.ts";
import { createDelivery } from "./delivery/delivery.ts";
import { createEgressGuard, parseEgressAllow, type EgressGuard } from "./delivery/egress.ts";
import { createResolve } from "./delivery/nameServers.ts";
import { createSender } from "./delivery/send.ts";
import { sendTest } from "./delivery/sendTest.ts";
import { createFileLinks } from "./flow/fileLinks.ts";
import { createApp, createServiceApp } from "./http/app.ts";
import { readConsole } from "./http/console.ts";
import type { Authenticated } from "./http/authenticate.ts";
import { createKnownKeys } from "./http/knownKeys.ts";
import { createMetrics } from "./http/metrics.ts";
import { listen } from "./http/listen.ts";
import { createRequestLimit } from "./http/requestLimit.ts";
import { startHousekeeping } from "./housekeeping.ts";
import type { FeedGrowth } from "./store/appendEvents.ts";
import { readVersion } from "./version.ts";

/** Where the built console lies. */
const consoleFolder = fileURLToPath(new URL("../console/dist", import.meta.url));

/** A service that runs. */
export interface RunningService {
  /** Where it is reached. */
  readonly url: string;
  readonly operatorKey: string;
  /** Where the operator key is kept; null when it was set. */
  readonly operatorKeyPath: string | null;
  /** Ends streams and deliveries, then the database if it is ours. */
  stop(): Promise<void>;
}

/**
 * Starts what the settings ask for.
 * @param progress takes one line for each step that takes time.
 * @throws {StartError} with one sentence when it cannot.
 */
export async function startService(
  config: Config,
  progress: (line: string) => void,
): Promise<RunningService> {
  const log = createLog(config.logLevel);
  const closing: (() => Promise<unknown>)[] = [];
  const stop = async () => {
    for (const close of closing.splice(0).toReversed()) await close();
  };
  try {
    return { ...(await open(config, { log, progress, closing })), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

interface Opening {
  readonly log: Log;
  readonly progress: (line: string) => void;
  /** What to close at the end, in the order in which it was opened. */
  readonly closing: (() => Promise<unknown>)[];
}

async function open(config: Config, opening: Opening): Promise<Omit<RunningService, "stop">> {
  const { log, closing } = opening;
  const dataDir = resolve(config.dataDir);
  // The database first: it makes the data directory so that its own user can reach it.
  const sql = await openDatabase(config, dataDir, opening);
  const operator = await readOrMakeKey(dataDir, "operator.key", config.operatorKey);
  const master = await readOrMakeKey(dataDir, "master.key", config.masterKey);
  const seal = createSeal(master.key);
  await checkMasterKey(sql, seal);

  const version = readVersion();
  const signal = createFeedSignal<FeedGrowth>();
  const guard = createGuard(config);
  const sender = createSender({ guard, connectionsPerOrigin: 128 });
  closing.push(() => sender.close());
  let look = () => Promise.resolve();
  if (config.roles.includes("delivery")) {
    const nodeId = `${hostname()}-${newId("node")}`;
    const delivery = createDelivery({ sql, seal, sender, log, nodeId, version });
    closing.push(() => delivery.stop());
    closing.push(async () => stopListening());
    const stopListening = signal.listen((growth) => delivery.grew(growth));
    await delivery.start();
    look = () => delivery.tick();
  }
  const house = startHousekeeping({ sql, log, historyMonths: config.historyMonths });
  closing.push(() => house.stop());
  const happen = () => look().then(() => house.sweep());

  const stopping = new AbortController();
  const metrics = createMetrics();
  const url = await listen(
    config,
    (boundPort) => {
      const services = {
        sql,
        seal,
        files: createDiskFileStore(join(dataDir, "files")),
        links: createFileLinks(master.key, publicUrl(config, boundPort)),
        log,
        signal,
        metrics,
        console: readConsole(consoleFolder),
        requestLimit: createRequestLimit({ perSecond: config.requestsPerSecond }),
        operatorKey: operator.key,
        knownKeys: createKnownKeys<Authenticated>(),
        version,
        publicUrl: publicUrl(config, boundPort),
        isTrustedProxy: isTrustedProxy(config),
        checkUrl: (target: string) => guard.checkUrl(target),
        sendTest: sendTest({ sql, seal, sender, version }),
        stopping: stopping.signal,
        testClock: config.testClock === null ? null : createTestClock(sql, happen),
      };
      return config.roles.includes("api") ? createApp(services) : createServiceApp(services);
    },
    closing,
  );
  closing.push(async () => stopping.abort());
  return { url, operatorKey: operator.key, operatorKeyPath: operator.path };
}

/** Opens the database of these settings and brings it to this version. What to close in the end is added to `closing`. */
export async function openDatabase(
  config: Config,
  dataDir: string,
  { progress, closing }: Omit<Opening, "log">,
) {
  let connection: Connection;
  if (config.databaseUrl === null) {
    const server = await startEmbeddedServer({ dataDir, progress });
    closing.push(() => server.stop());
    for (const notice of server.notices) progress(notice);
    ({ connection } = server);
  } else connection = config.databaseUrl;
  const sql = connect(connection, {
    max: 15,
    name: "heliograph",
    ...(config.testClock !== null && { searchPath: testClockPath }),
  });
  closing.push(() => sql.end({ timeout: 5 }));
  await checkServer(sql);
  const migrations = await migrate(sql, config.testClock);
  if (config.testClock !== null) await followTestClock(sql);
  if (migrations.length > 0) progress(`Migrated the database: ${migrations.join(", ")}`);
  return sql;
}

function createGuard({ egressAllow, dnsServers }: Config): EgressGuard {
  const allow = parseEgressAllow(egressAllow.join(","));
  return dnsServers.length === 0
    ? createEgressGuard(allow)
    : createEgressGuard(allow, createResolve(dnsServers));
}

/** The settings let nothing through that is no range. */
function isTrustedProxy({ trustedProxies }: Config): (address: string) => boolean {
  const ranges = trustedProxies.map(parseRange).filter((range) => range !== null);
  const trusted = addressSet(ranges);
  return (address) => trusted.has(address);
}
