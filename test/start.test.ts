import { once } from "node:events";
import { mkdir, readFile, rename, stat, writeFile } from "node:fs/promises";
import { connect as openSocket } from "node:net";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { connect } from "../src/base/database.ts";
import { createClient } from "../src/sdk/index.ts";
import { serverPid, test, type MainProcess } from "./mainProcess.ts";
import { givenOldServer, givenServer } from "./oldServer.ts";

/** It ended with status 1 and said why in one line, without a stack. @returns that line. */
async function refusal({ ended }: MainProcess): Promise<string> {
  const { code, stderr } = await ended;
  expect(stderr).toMatch(/^[^\n]+\n$/);
  expect(stderr).not.toMatch(/\bat .+:\d+:\d+|Error:/);
  expect(code).toBe(1);
  return stderr.trim();
}

const operatorKeyOf = async (dataDir: string) =>
  (await readFile(join(dataDir, "operator.key"), "utf8")).trim();

async function clientOf(dataDir: string, url: string) {
  return createClient({ url, key: await operatorKeyOf(dataDir) });
}

describe("a start that cannot go on says why in one sentence", () => {
  test("every wrong setting at once, without secrets", async ({ start }) => {
    const said = await refusal(
      start({
        PORT: "65536",
        HOST: "not a host",
        DATABASE_URL: "mysql://solar:hunter2hunter2@db.example.com/x",
        HELIOGRAPH_OPERATOR_KEY: "tooshortasecret",
        HELIOGRAPH_MASTER_KEY: "tooshortaswell",
        HELIOGRAPH_EGRESS_ALLOW: "10.0.0.0/99",
        HELIOGRAPH_ROLES: "api,walks",
        HELIOGRAPH_LOG: "loud",
        HELIOGRAPH_PUBLIC_URL: "ftp://example.com",
      }),
    );

    for (const name of [
      "PORT",
      "HOST",
      "DATABASE_URL",
      "HELIOGRAPH_OPERATOR_KEY",
      "HELIOGRAPH_MASTER_KEY",
      "HELIOGRAPH_EGRESS_ALLOW",
      "HELIOGRAPH_ROLES",
      "HELIOGRAPH_LOG",
      "HELIOGRAPH_PUBLIC_URL",
    ]) {
      expect(said).toContain(`${name} `);
    }
    expect(said).not.toMatch(/hunter2|tooshort/);
  });

  test("an unknown argument", async ({ start }) => {
    expect(await refusal(start({}, ["--dmeo"]))).toBe(
      "Unknown argument --dmeo. Usage: npm start [-- --demo]",
    );
  });

  test("a port that is taken", async ({ dataDir, start }) => {
    const port = await givenServer(() => {});

    expect(await refusal(start({ PORT: String(port) }))).toBe(
      `Port ${port} on 127.0.0.1 is taken: stop what listens there, or set PORT to another one`,
    );
    expect(await serverPid(dataDir)).toBeUndefined();
  });

  test("an address of another machine", async ({ start }) => {
    expect(await refusal(start({ HOST: "192.0.2.1" }))).toBe(
      "192.0.2.1 is not an address of this machine: set HOST to one that is",
    );
  });

  test("a file where the data directory should be", async ({ dataDir, start }) => {
    await writeFile(dataDir, "");

    expect(await refusal(start())).toContain(
      `PostgreSQL cannot be started for ${dataDir}: a file is in the way`,
    );
  });

  test("a data directory that cannot be made", async ({ start }) => {
    const path = process.platform === "linux" ? "/sys/heliograph" : "/dev/null/heliograph";

    expect(await refusal(start({ HELIOGRAPH_DATA_DIR: path }))).toContain(
      `PostgreSQL cannot be started for ${path}: `,
    );
  });

  test.runIf(process.platform === "linux")(
    "a data directory where no file system makes one",
    async ({ start }) => {
      expect(await refusal(start({ HELIOGRAPH_DATA_DIR: "/proc/heliograph/data" }))).toBe(
        "No directory can be made in /proc: choose another data directory",
      );
    },
  );

  test("a key file without a key", async ({ dataDir, start }) => {
    await mkdir(dataDir);
    await writeFile(join(dataDir, "operator.key"), "short\n");

    expect(await refusal(start())).toBe(
      `${dataDir}/operator.key does not hold a key of 32 characters or more`,
    );
  });

  test("a database that does not answer, without its password", async ({ start }) => {
    const url = "postgres://solar:hunter2hunter2@127.0.0.1:1/solar";

    const said = await refusal(start({ DATABASE_URL: url }));

    expect(said).toBe(
      "Cannot reach PostgreSQL: connect ECONNREFUSED 127.0.0.1:1; check DATABASE_URL",
    );
  });

  test("something else where the database should be", async ({ start }) => {
    const port = await givenServer((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));

    const said = await refusal(start({ DATABASE_URL: `postgres://u:p@127.0.0.1:${port}/solar` }));

    expect(said).toBe(
      "Cannot reach PostgreSQL: no answer of PostgreSQL within 10 s; check DATABASE_URL",
    );
  });

  test("a database that is too old", async ({ start }) => {
    const port = await givenOldServer("140013");

    expect(await refusal(start({ DATABASE_URL: `postgres://u:p@127.0.0.1:${port}/solar` }))).toBe(
      "PostgreSQL 14 is too old: use 15 to 18, or unset DATABASE_URL for the embedded server",
    );
  });

  test("another master key than the database's, a newer database, or one that may not be written", async ({
    dataDir,
    start,
    openServer,
  }) => {
    const first = start();
    await first.ready;
    first.process.kill("SIGTERM");
    await first.ended;

    const other = { HELIOGRAPH_MASTER_KEY: "another master key of 32 characters or more" };
    expect(await refusal(start(other))).toMatch(/^The master key is not the one this database was/);
    expect(await serverPid(dataDir)).toBeUndefined();

    const { connection } = await openServer();
    const sql = connect(connection, { max: 1, name: "test" });
    await sql`insert into migrations (name) values ('9999_later.sql')`;
    expect(await refusal(start())).toBe(
      "The database was migrated by a newer version (9999_later.sql): start that version",
    );

    await sql`delete from migrations where name = '9999_later.sql'`;
    await sql`alter database heliograph set default_transaction_read_only = on`;
    expect(await refusal(start())).toMatch(
      /^The database cannot be migrated: cannot execute .+ in a read-only transaction$/,
    );
    await sql.end();
  });
});

describe("a service that runs", () => {
  test("says where it is, tells how it is, and ends on SIGTERM with its database", async ({
    dataDir,
    start,
  }) => {
    const service = start();
    const url = await service.ready;

    const healthz = await fetch(`${url}/healthz`);
    expect([healthz.status, await healthz.json()]).toEqual([
      200,
      { status: "ok", version: expect.stringMatching(/^\d+\.\d+\.\d+/) },
    ]);
    const readyz = await fetch(`${url}/readyz`);
    expect([readyz.status, await readyz.json()]).toEqual([
      200,
      { status: "ready", schema: expect.stringMatching(/^\d{4}_\w+\.sql$/) },
    ]);
    await (await clientOf(dataDir, url)).organizations.list();
    const metrics = await fetch(`${url}/metrics`);
    expect(metrics.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
    const page = await metrics.text();
    expect(page).toContain(
      'heliograph_http_requests_total{operation="listOrganizations",status="200"} 1\n',
    );
    for (const line of page.trimEnd().split("\n")) {
      expect(line).toMatch(/^# (HELP|TYPE) \w+ .+$|^\w+(\{(\w+="[^"\\\n]*",?)+\})? [\d.e+-]+$/);
    }
    for (const name of ["operator.key", "master.key"]) {
      expect((await stat(join(dataDir, name))).mode & 0o777).toBe(0o600);
    }

    service.process.kill("SIGTERM");
    const { code, stdout, stderr } = await service.ended;
    expect(code).toBe(0);
    expect(stderr).toBe("");
    expect(stdout).toContain(`Operator key: ${dataDir}/operator.key\n`);
    expect(stdout).not.toContain(await operatorKeyOf(dataDir).then((key) => key.slice(12)));
    expect(await serverPid(dataDir)).toBeUndefined();
  });

  test("keeps its database below the data directory, also as root", async ({ dataDir, start }) => {
    const service = start();
    await service.ready;

    expect((await stat(join(dataDir, "postgres"))).isDirectory()).toBe(true);
    service.process.kill("SIGTERM");
    expect((await service.ended).stdout).not.toContain("the database is in");
  });

  test("ends on SIGTERM although clients hold on", async ({ dataDir, start }) => {
    const service = start();
    const url = new URL(await service.ready);
    const operator = await clientOf(dataDir, url.href);
    const organization = await operator.organizations.create({ name: "A", roles: ["epc"] });
    const { key } = await operator.keys.create({ id: organization.id });
    const stream = await fetch(new URL("/v1/events/stream", url), {
      headers: { authorization: `Bearer ${key}` },
    });
    const half = openSocket(Number(url.port), "127.0.0.1");
    half.on("error", () => undefined);
    await once(half, "connect");
    half.write("POST /v1/organizations HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n");

    service.process.kill("SIGTERM");

    expect(await stream.text()).toBe(": connected\n\n");
    expect((await service.ended).code).toBe(0);
    half.destroy();
    expect(await serverPid(dataDir)).toBeUndefined();
  });

  test("is found again by a start after kill -9: same database server, same keys, nothing lost", async ({
    dataDir,
    start,
  }) => {
    const killed = start();
    const before = await clientOf(dataDir, await killed.ready);
    const organization = await before.organizations.create({ name: "Kept", roles: ["epc"] });
    const pid = await serverPid(dataDir);
    killed.process.kill("SIGKILL");
    await killed.ended;

    const next = start();
    const after = await clientOf(dataDir, await next.ready);

    expect(await serverPid(dataDir)).toBe(pid);
    expect(await after.organizations.get({ id: organization.id })).toEqual(organization);
    next.process.kill("SIGINT");
    expect(await next.ended).toMatchObject({ code: 0, stderr: "" });
    expect(await serverPid(dataDir)).toBeUndefined();
  });

  test("is alive but not ready while its database is gone, and brings it back", async ({
    dataDir,
    start,
  }) => {
    const service = start({ HELIOGRAPH_LOG: "silent" });
    const url = await service.ready;
    const client = await clientOf(dataDir, url);
    const organization = await client.organizations.create({ name: "Kept", roles: ["epc"] });
    const statusOf = async (path: string) => (await fetch(new URL(path, url))).status;
    const data = join(dataDir, "postgres", "data");
    const pid = await serverPid(dataDir);
    await rename(data, `${data}.away`); // nothing can be started there
    process.kill(pid ?? 0, "SIGKILL");

    await expect.poll(() => statusOf("/readyz")).toBe(503);
    expect(await statusOf("/healthz")).toBe(200);
    await expect(client.organizations.list()).rejects.toMatchObject({ code: "unavailable" });
    await rename(`${data}.away`, data);

    await expect.poll(() => statusOf("/readyz"), { timeout: 30_000 }).toBe(200);
    expect(await client.organizations.get({ id: organization.id })).toEqual(organization);
    service.process.kill("SIGTERM");
    expect(await service.ended).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/PostgreSQL went away; [^]*PostgreSQL is back\n/),
    });
    expect(await serverPid(dataDir)).toBeUndefined();
  });

  test("with the role delivery alone it answers only those who run it", async ({ start }) => {
    const service = start({ HELIOGRAPH_ROLES: "delivery" });
    const url = await service.ready;

    expect((await fetch(new URL("/readyz", url))).status).toBe(200);
    const refused = await fetch(new URL("/v1/catalogue", url));
    expect([refused.status, refused.headers.get("content-type")]).toEqual([
      404,
      "application/problem+json",
    ]);
  });
});
