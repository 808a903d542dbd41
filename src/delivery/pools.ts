import { Pool } from "undici";
import { createConnector } from "./connector.ts";
import type { EgressGuard } from "./egress.ts";

const connectTimeoutMs = 10_000;
/** How long a connection is kept for the next request at most, in milliseconds, whatever the receiver offers. */
const keepAliveMs = 4_000;

/** Connections to receivers, apart for each name and origin. */
export interface Pools {
  /** How many are held: never more than there are connections. */
  readonly size: number;
  of(name: string, origin: string): Pool;
  destroy(): Promise<void>;
}

/**
 * A pool is made when it is asked for, and forgotten with its last connection.
 * @param connections of one pool at most.
 */
export function createPools(guard: EgressGuard, connections: number): Pools {
  const options = poolOptions(guard, connections);
  const pools = new Map<string, Pool>();

  function open(key: string, origin: string): Pool {
    const pool = new Pool(origin, options);
    const forgetUnused = () => {
      const { connected, size } = pool.stats;
      if (connected > 0 || size > 0 || pools.get(key) !== pool) return;
      pools.delete(key);
      void pool.close();
    };
    // A request that was broken off is counted until a moment after its connection is gone.
    const check = () => setImmediate(forgetUnused);
    pool.on("disconnect", check).on("connectionError", check);
    pools.set(key, pool);
    return pool;
  }

  return {
    get size() {
      return pools.size;
    },
    of(name, origin) {
      const key = `${name} ${origin}`;
      return pools.get(key) ?? open(key, origin);
    },
    async destroy() {
      const left = [...pools.values()];
      pools.clear();
      await Promise.all(left.map((pool) => pool.destroy()));
    },
  };
}

function poolOptions(guard: EgressGuard, connections: number): Pool.Options {
  return {
    connections,
    pipelining: 1,
    allowH2: false, // one exchange per connection, so that cutting one off never breaks another
    keepAliveTimeout: keepAliveMs,
    keepAliveMaxTimeout: keepAliveMs,
    headersTimeout: 0, // the exchange has one timer, ours
    bodyTimeout: 0,
    connect: createConnector(guard, { timeout: connectTimeoutMs, allowH2: false }),
  };
}
