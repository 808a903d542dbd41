/** One delivery as a job: its body is there, it is signed and posted when its turn comes. */
export interface Job {
  readonly path: string;
  readonly id: string;
  readonly sequence: number;
  readonly body: string;
}

/** Where a queue keeps its jobs. */
export interface Store {
  readonly postgres: {
    readonly host: string;
    readonly port: number;
    readonly username: string;
    readonly password: string;
    readonly database: string;
  };
  /** Of Redis, on this machine; null when there is none. */
  readonly redisPort: number | null;
}

/** A queue as somebody would use it for webhooks, with the settings that its documentation names for throughput. */
export interface Peer {
  enqueue(jobs: readonly Job[]): Promise<void>;
  /** Starts its workers; a job is done when `deliver` has resolved and the store knows. */
  work(deliver: (job: Job) => Promise<void>): Promise<void>;
  /** Jobs that the store does not know to be done. */
  left(): Promise<number>;
  stop(): Promise<void>;
}

/** Posts that are under way at once: more did not make any of them faster. */
export const concurrency = 64;

/**
 * Loads a package that only the benchmark has, so that nothing else needs it installed. The caller says what it uses of
 * it, as its types are not there either.
 */
export async function loadPackage<T>(name: string): Promise<T> {
  return (await import(name)) as T;
}
