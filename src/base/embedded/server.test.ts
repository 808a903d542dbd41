import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rm,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import postgres from "postgres";
import { describe, expect, test as base } from "vitest";
import { StartError } from "../startError.ts";
import { findBarrier } from "./owner.ts";
import { startEmbeddedServer, type EmbeddedServer } from "./server.ts";

const isRoot = process.geteuid?.() === 0;
/** As root, whether another user could run this program: not in a home of mode 0700. */
const isOpen =
  (await findBarrier(import.meta.dirname, { uid: 65_534, gid: 65_534, separate: true })) ===
  undefined;
const serverModule = new URL("server.ts", import.meta.url).href;

interface Fixtures {
  /** A data directory that does not exist yet. */
  dataDir: string;
  /** Starts a server, for `dataDir` unless told otherwise, that is stopped after the test. */
  start: (options?: {
    directory?: string;
    settings?: Record<string, string>;
  }) => Promise<EmbeddedServer>;
}

const test = base.extend<Fixtures>({
  // oxlint-disable-next-line no-empty-pattern -- vitest wants the pattern
  dataDir: async ({}, use) => {
    const parent = await mkdtemp(join(tmpdir(), `heliograph-test-${process.pid}-`));
    await chmod(parent, 0o711); // root's server runs as nobody, which has to pass through here
    await use(join(parent, "data"));
    await rm(parent, { recursive: true, force: true });
  },
  start: async ({ dataDir }, use) => {
    const servers: EmbeddedServer[] = [];
    await use(async ({ directory = dataDir, settings = { fsync: "off" } } = {}) => {
      const options = { dataDir: directory, progress: () => {}, settings };
      const server = await startEmbeddedServer(options);
      servers.push(server);
      return server;
    });
    for (const server of servers.toReversed()) await server.stop();
  },
});

describe("startEmbeddedServer()", () => {
  test("serves a durable database that only this account can reach", async ({ start }) => {
    const server = await start({ settings: {} });

    const [row] = await query<Record<string, string>[]>(
      server,
      `select current_setting('fsync') as fsync, current_setting('synchronous_commit') as synchronous_commit,
        current_setting('full_page_writes') as full_page_writes, current_setting('data_checksums') as data_checksums,
        current_setting('listen_addresses') as listen_addresses, current_setting('timezone') as timezone,
        current_database() as database, lower('ÄÉ') as lower`,
    );
    expect(row).toEqual({
      fsync: "on",
      synchronous_commit: "on",
      full_page_writes: "on",
      data_checksums: "on",
      listen_addresses: "",
      timezone: "UTC",
      database: "heliograph",
      lower: "äé",
    });
    expect(server).toMatchObject({ version: expect.stringMatching(/^18\./), adopted: false });
    const wrong = { ...server, connection: { ...server.connection, password: "wrong" } };
    await expect(query(wrong, "select 1")).rejects.toThrow("password authentication failed");
  });

  test("adopts the server that a killed process left running", async ({ dataDir, start }) => {
    const child = startInChild(dataDir);
    await child.ready;
    child.process.kill("SIGKILL");
    await once(child.process, "exit");
    const pid = await serverPid(dataDir);

    const server = await start();

    expect(server.adopted).toBe(true);
    expect(await serverPid(dataDir)).toBe(pid);
    expect(await query(server, "select note from left_behind")).toEqual([{ note: "still here" }]);
  });

  test("keeps data over a stop and a start", async ({ dataDir, start }) => {
    const first = await start();
    await query(first, "create table kept as select 1 as n");
    await first.stop();
    await expect(serverPid(dataDir)).rejects.toThrow("ENOENT");

    const second = await start();

    expect(second.adopted).toBe(false);
    expect(await query(second, "select n from kept")).toEqual([{ n: 1 }]);
  });

  test("two starts at once share one server, which stops with the last", async ({
    dataDir,
    start,
  }) => {
    const servers = await Promise.all([start(), start()]);

    expect(servers.filter(({ adopted }) => adopted)).toHaveLength(1);
    expect(await readdir(dataDir)).toEqual(["postgres"]);
    const [one, other] = servers;
    await one?.stop();
    await query(other, "select 1");
    await other?.stop();
    await expect(serverPid(dataDir)).rejects.toThrow("ENOENT");
  });

  test("two processes that start at once share one server", async ({ dataDir, start }) => {
    const children = [startInChild(dataDir), startInChild(dataDir)];
    await Promise.all(children.map(({ ready }) => ready));
    for (const child of children) child.process.kill("SIGKILL");

    const server = await start();

    expect(server.adopted).toBe(true);
  });

  test("sweeps what a killed first start left half made", async ({ dataDir, start }) => {
    const child = startInChild(dataDir);
    await waitFor(async () => (await readdir(dataDir)).some((name) => name.includes(".new-")));
    child.process.kill("SIGKILL");
    await once(child.process, "exit");

    await start();

    expect(await readdir(dataDir)).toEqual(["postgres"]);
  });

  test("is not misled by a lock file whose process id is somebody else's now", async ({
    dataDir,
    start,
  }) => {
    await (await start()).stop();
    const data = join(dataDir, "postgres/data");
    const lines = [
      process.pid,
      data,
      1,
      5432,
      join(dataDir, "postgres/socket"),
      "",
      "0 0",
      "ready",
    ];
    const lock = lines.join("\n");
    await writeFile(join(data, "postmaster.pid"), lock);
    await writeFile(join(dataDir, "postgres/socket/.s.PGSQL.5432.lock"), lock);

    const server = await start();

    expect(server.adopted).toBe(false);
    await query(server, "select 1");
  });

  test("recovers after the server itself was killed", async ({ dataDir, start }) => {
    const first = await start({ settings: {} });
    await query(first, "create table kept as select 1 as n");
    process.kill(await serverPid(dataDir), "SIGKILL");

    const second = await start({ settings: {} });

    expect(await query(second, "select n from kept")).toEqual([{ n: 1 }]);
  });

  test("starts again although a connection of the killed server hangs", async ({
    dataDir,
    start,
  }) => {
    const first = await start({ settings: {} });
    const sql = postgres({ ...first.connection, max: 1, onnotice: () => {} });
    const [row] = await sql<{ pid: number }[]>`select pg_backend_pid() as pid`;
    // As one that waits for ever on a lock whose holder died: it keeps the shared memory in use.
    process.kill(row?.pid ?? 0, "SIGSTOP");
    process.kill(await serverPid(dataDir), "SIGKILL");

    const second = await start({ settings: {} });

    expect(await query(second, "select 1 as n")).toEqual([{ n: 1 }]);
    await sql.end({ timeout: 0 });
  });

  test("is not taken from others by one whose connection was cut", async ({ dataDir, start }) => {
    const [one, other] = [await start(), await start()];
    const before = await serverPid(dataDir);
    const sql = postgres({ ...other.connection, max: 1, onnotice: () => {} });
    await sql`select 1`;
    await sql`
      select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'heliograph supervisor'
    `;
    await one.stop();

    expect(await sql`select 1 as n`).toEqual([{ n: 1 }]);
    expect(await serverPid(dataDir)).toBe(before);
    await sql.end();
    await other.stop();
    await expect(serverPid(dataDir)).rejects.toThrow("ENOENT");
  });

  test("is brought back when it never ends to shut down", async ({ dataDir, start }) => {
    const server = await start();
    const sql = postgres({ ...server.connection, max: 1, onnotice: () => {} });
    const [row] = await sql<{ pid: number }[]>`select pg_backend_pid() as pid`;
    const first = await serverPid(dataDir);
    // Told to shut down while it recovers from the crash of a connection, PostgreSQL 18 waits for ever.
    process.kill(row?.pid ?? 0, "SIGKILL");
    await waitFor(async () => (await readLog(dataDir)).includes("reinitializing"));
    process.kill(first, "SIGINT");
    await waitFor(
      async () => (await sql`select 1`).count === 1 && (await serverPid(dataDir)) !== first,
    );
    await sql.end();
  });

  test("listens in a private temporary directory when the path is too long", async ({
    dataDir,
    start,
  }) => {
    const long = join(dataDir, "a-rather-long-name".repeat(6));
    await mkdir(long, { recursive: true, mode: 0o711 });

    const server = await start({ directory: long });

    expect(server.connection.host).toMatch(/\/heliograph-[0-9a-f]{16}$/);
    await query(server, "select 1");
    await server.stop();
    await rm(server.connection.host, { recursive: true });
  });

  test("refuses the database of another major version", async ({ dataDir, start }) => {
    await (await start()).stop();
    await writeFile(join(dataDir, "postgres/data/PG_VERSION"), "17\n");

    const refused = await refusal(dataDir);

    expect(refused.message).toContain("was made by PostgreSQL 17, and this service brings");
    expect(refused.message).toContain("DATABASE_URL");
  });

  test("says that a database is damaged, and shows what PostgreSQL said", async ({
    dataDir,
    start,
  }) => {
    await (await start()).stop();
    await writeFile(join(dataDir, "postgres/data/global/pg_control"), Buffer.alloc(8192));

    const refused = await refusal(dataDir);

    expect(refused.message).toContain("the database is damaged: restore it from a backup");
    expect(String(refused.cause)).toContain("PG_CONTROL_VERSION");
  });

  test("says why PostgreSQL refuses a setting", async ({ dataDir }) => {
    const refused = await refusal(dataDir, { wal_compression: "lz4" });

    expect(refused.message).toContain('invalid value for parameter "wal_compression": "lz4"');
  });

  test("says when a file is in the way of the data directory", async ({ dataDir }) => {
    await writeFile(dataDir, "");

    const refused = await refusal(join(dataDir, "below"));

    expect(refused.message).toContain("a file is in the way: choose another data directory");
  });

  test.skipIf(isRoot && !isOpen)(
    "says when the data directory cannot be written",
    async ({ dataDir }) => {
      await mkdir(dataDir, { mode: 0o555 });

      const child = startInChild(dataDir, isRoot ? { uid: 65_534, gid: 65_534 } : {});

      await expect(child.ready).rejects.toThrow(
        "permission denied: make the data directory writable",
      );
    },
  );

  test.skipIf(!isRoot || !isOpen)(
    "root's database is refused to others, with a way out",
    async ({ dataDir, start }) => {
      await start();

      const child = startInChild(dataDir, { uid: 12_345, gid: 12_345 });

      await expect(child.ready).rejects.toThrow(
        "was made by root, and this start runs as uid 12345",
      );
    },
  );

  test.skipIf(!isRoot)(
    "goes where nobody can enter when the data directory is closed",
    async ({ dataDir, start }) => {
      const parent = join(dataDir, "closed");
      await mkdir(parent, { recursive: true, mode: 0o711 });
      await chmod(parent, 0o700);
      const closed = join(parent, "data");

      const first = await start({ directory: closed });
      const home = await readlink(join(closed, "postgres"));
      await query(first, "create table kept as select 1 as n");
      await first.stop();
      await chmod(parent, 0o755);
      const second = await start({ directory: closed });

      expect(home).toMatch(/^\/var\/lib\/heliograph\/[0-9a-f]{16}$/);
      expect(second.notices).toContainEqual(
        expect.stringContaining(`therefore the database is in ${home}`),
      );
      expect(await query(second, "select n from kept")).toEqual([{ n: 1 }]);
      await second.stop();
      await rm(home, { recursive: true });
    },
  );
});

async function query<T extends readonly object[]>(
  server: EmbeddedServer | undefined,
  text: string,
): Promise<T> {
  const sql = postgres({ ...server?.connection, max: 1, onnotice: () => {} });
  try {
    return [...(await sql.unsafe(text))] as object as T;
  } finally {
    await sql.end();
  }
}

async function refusal(dataDir: string, settings: Record<string, string> = {}): Promise<Error> {
  const options = { dataDir, progress: () => {}, settings: { fsync: "off", ...settings } };
  const error = await startEmbeddedServer(options).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(StartError);
  return error as Error;
}

async function readLog(dataDir: string): Promise<string> {
  const logs = join(dataDir, "postgres/log");
  const [name = ""] = await readdir(logs);
  return readFile(join(logs, name), "utf8");
}

async function serverPid(dataDir: string): Promise<number> {
  const text = await readFile(join(dataDir, "postgres/data/postmaster.pid"), "utf8");
  return Number(text.split("\n")[0]);
}

/** A process that starts a server, leaves a table in its database and stays until it is killed. */
function startInChild(dataDir: string, account: { uid?: number; gid?: number } = {}) {
  const script = `
    import postgres from "postgres";
    import { startEmbeddedServer } from ${JSON.stringify(serverModule)};
    const options = { dataDir: ${JSON.stringify(dataDir)}, progress() {}, settings: { fsync: "off" } };
    try {
      const { connection } = await startEmbeddedServer(options);
      const sql = postgres({ ...connection, onnotice() {} });
      await sql.begin((tx) => [tx\`select pg_advisory_xact_lock(1)\`, tx\`create table if not exists left_behind as select 'still here' as note\`]);
      console.log("ready");
    } catch (error) {
      console.log(error.message);
      process.exit(1);
    }
  `;
  const cwd = new URL(".", import.meta.url);
  const args = ["--input-type=module", "--eval", script];
  const child = spawn(process.execPath, args, {
    ...account,
    cwd,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ready = new Promise<void>((resolve, reject) => {
    child.stdout.once("data", (line: Buffer) => {
      if (line.toString().trim() === "ready") resolve();
      else reject(new Error(line.toString()));
    });
  });
  return { process: child, ready };
}

async function waitFor(condition: () => Promise<boolean>): Promise<void> {
  for (;;) {
    if (await condition().catch(() => false)) return;
    await delay(10);
  }
}
