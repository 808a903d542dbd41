import type { Socket } from "node:net";
import { Client, Pool, type buildConnector, type Dispatcher } from "undici";
import { createConnector } from "./connector.ts";
import type { EgressGuard } from "./egress.ts";

const connectTimeoutMs = 10_000;
/** How long a connection is kept for the next request at most, in milliseconds, whatever the receiver offers. */
const keepAliveMs = 4_000;

/** A certificate that is shown to receivers that ask for one. */
export interface ClientIdentity {
  /** Differs when the certificate does. */
  readonly id: string;
  /** PEM, the own certificate first, then those that lead to its root. */
  readonly certificate: string;
  /** PEM. */
  readonly privateKey: string;
}

/** Whose connections, and to where. */
export interface Line {
  /** Connections are apart for each name. */
  readonly name: string;
  readonly origin: string;
  /** Connections are apart for each of them too; used over https only. */
  readonly identity?: ClientIdentity | null | undefined;
}

/** Who sends over a pooled connection. It sets `line` before the request starts; elsewhere it stays null. */
export interface LineUser extends Dispatcher.DispatchHandler {
  line: { readonly socket: Socket | null } | null;
}

/**
 * Tells a connection that was stale from a receiver that failed: one that had carried an answer before was closed under a
 * request, with not a byte of an answer to it. It was kept too long, which says nothing of the receiver.
 */
export class LineWatch {
  #socket: Socket | null = null;
  #readBefore = 0;

  /** The request starts on this line. */
  started(line: LineUser["line"]): void {
    this.#socket = line?.socket ?? null;
    this.#readBefore = this.#socket?.bytesRead ?? 0;
  }

  /** Whether the request failed because its connection was stale. */
  wasStale(error: Error): boolean {
    return this.#readBefore > 0 && this.#socket?.bytesRead === this.#readBefore && isHangUp(error);
  }
}

/** Connections to receivers, apart for each line. */
export interface Pools {
  /** How many are held: never more than there are connections. */
  readonly size: number;
  of(line: Line): Dispatcher;
  /** A connection of its own that has carried nothing yet, for one request; closed behind it. */
  once(line: Line, send: (fresh: Dispatcher) => void): void;
  destroy(): Promise<void>;
}

/**
 * A pool is made when it is asked for, and forgotten with its last connection.
 * @param connections of one pool at most.
 */
export function createPools(guard: EgressGuard, connections: number): Pools {
  const connectorFor = connectors(guard);
  const pools = new Map<string, Pool>();
  const singles = new Set<Client>();

  function open(key: string, { origin, identity }: Line): Pool {
    const connect = connectorFor(identity ?? null);
    const pool = new Pool(origin, { ...clientOptions, connect, connections, factory: watched });
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
    of(line) {
      const key = `${line.name} ${line.identity?.id ?? ""} ${line.origin}`;
      return pools.get(key) ?? open(key, line);
    },
    once({ origin, identity }, send) {
      const client = new Client(origin, {
        ...clientOptions,
        connect: connectorFor(identity ?? null),
      });
      singles.add(client);
      send(client);
      const forget = () => singles.delete(client);
      client.close().then(forget, forget);
    },
    async destroy() {
      const left = [...pools.values(), ...singles];
      pools.clear();
      await Promise.all(left.map((dispatcher) => dispatcher.destroy()));
    },
  };
}

const clientOptions = {
  pipelining: 1,
  allowH2: false, // one exchange per connection, so that cutting one off never breaks another
  keepAliveTimeout: keepAliveMs,
  keepAliveMaxTimeout: keepAliveMs,
  headersTimeout: 0, // the exchange has one timer, ours
  bodyTimeout: 0,
} satisfies Client.Options;

type Connector = buildConnector.connector;

function connectors(guard: EgressGuard): (identity: ClientIdentity | null) => Connector {
  const common = { timeout: connectTimeoutMs, allowH2: false };
  const anonymous = createConnector(guard, common);
  return (identity) => {
    if (!identity) return anonymous;
    const shown = { ...common, cert: identity.certificate, key: identity.privateKey };
    // Never shared: a TLS session that is taken up again stands for the certificate that it began with.
    return createConnector(guard, shown);
  };
}

/** A client of a pool that shows its connection to who sends over it. */
function watched(origin: URL, options: object): Client {
  const { connect, ...rest } = options as { connect: Connector };
  const line: { socket: Socket | null } = { socket: null };
  const remember: Connector = (target, callback) =>
    connect(target, (...outcome) => {
      [, line.socket] = outcome;
      callback(...outcome);
    });
  return new WatchedClient(origin, { ...rest, connect: remember }, line);
}

class WatchedClient extends Client {
  readonly #line: { readonly socket: Socket | null };

  constructor(origin: URL, options: Client.Options, line: { readonly socket: Socket | null }) {
    super(origin, options);
    this.#line = line;
  }

  override dispatch(
    options: Dispatcher.DispatchOptions,
    handler: Dispatcher.DispatchHandler,
  ): boolean {
    if ("line" in handler) handler.line = this.#line;
    return super.dispatch(options, handler);
  }
}

const isHangUp = (error: Error) =>
  "code" in error && ["ECONNRESET", "EPIPE", "UND_ERR_SOCKET"].includes(String(error.code));
