import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { cp, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { sign } from "../src/contract/signature.ts";
import { createClient } from "../src/sdk/index.ts";
import { test as serviceTest } from "./mainProcess.ts";
import { givenInstall } from "./deals.ts";
import { eventsOf, givenPair, type Service } from "./service.ts";
import { givenPackage, root, shell, type Packed } from "./packed.ts";

const run = promisify(execFile);
const secret = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;
let packed: Packed;
let consumer = "";

beforeAll(async () => {
  packed = await givenPackage();
  ({ consumer } = packed);
  await writeFile(join(consumer, "use.mjs"), use);
}, 300_000);

afterAll(() => packed.remove());

/** Programs `node` that are here and new enough, one of each version. */
async function nodes(): Promise<string[]> {
  const found = new Map([[process.version, process.execPath]]);
  for (const path of (process.env["PATH"] ?? "").split(":").map((each) => join(each, "node"))) {
    const { stdout } = await run(path, ["--version"]).catch(() => ({ stdout: "" }));
    const version = stdout.trim();
    const [major = 0, minor = 0] = version.slice(1).split(".").map(Number);
    const isNewEnough = major > 20 || (major === 20 && minor >= 19);
    if (isNewEnough && !found.has(version)) found.set(version, path);
  }
  return [...found.values()];
}

const use = `
import { verify } from "heliograph/receiver";
import { createClient, HeliographError } from "heliograph/sdk";

const [secret, id, timestamp, signature, body] = process.argv.slice(2);
const headers = { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signature };
const event = await verify({ secret, headers, body });
const refused = await verify({ secret, headers, body: body + " " }).catch((error) => error.reason);
const client = createClient({ url: "http://127.0.0.1:1", key: "hk_x", retries: 0 });
const unreachable = await client.customers.list().catch((error) => error.name);
const calls = [client.customers.listAll, client.events.stream].every((call) => typeof call === "function");
console.log(JSON.stringify({ type: event.type, refused, unreachable, calls, isError: new HeliographError({ detail: "x" }) instanceof Error }));
`;

const typed = `
import { verify, type VerifiedEvent } from "heliograph/receiver";
import { createClient, isFailure } from "heliograph/sdk";

export async function receive(secret: string, headers: Headers, body: string): Promise<number | null> {
  const event: VerifiedEvent = await verify({ secret, headers, body });
  const client = createClient({ url: "http://localhost:4400", key: "hk_x" });
  try {
    for await (const customer of client.customers.listAll({ q: "x" })) {
      const name: string = customer.first_name;
      if (name === "") break;
    }
  } catch (error) {
    if (isFailure(error, "rule")) throw new Error(error.rule);
  }
  // @ts-expect-error there is no such call
  void client.customers.frobnicate;
  return event.type === "new_install" ? event.data.install.system_size_dc_kw : null;
}
`;

test("in a clone the program runs from its sources, whatever Node there is", async () => {
  for (const node of await nodes()) {
    const ended = run(
      node,
      [join(root, "scripts", "heliograph.mjs"), "catalogue", "show", "nope"],
      { env: shell() },
    );
    await expect(ended).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringContaining("There is no event nope") as unknown,
    });
  }
});

describe("the package", () => {
  test("asks for nothing but zod, and holds no source", async () => {
    const text = await readFile(
      join(consumer, "node_modules", "heliograph", "package.json"),
      "utf8",
    );
    const { dependencies, devDependencies, scripts } = JSON.parse(text) as Record<string, object>;
    expect(Object.keys(dependencies ?? {})).toEqual(["zod"]);
    expect([devDependencies, scripts]).toEqual([undefined, undefined]);
    const installed = (await readdir(join(consumer, "node_modules"))).filter(
      (name) => !name.startsWith("."),
    );
    expect(installed.toSorted()).toEqual(["heliograph", "zod"]);
    const files = await readdir(join(consumer, "node_modules", "heliograph"), { recursive: true });
    expect(files.filter((name) => /(?<!\.d)\.ts$/.test(name))).toEqual([]);
    expect(files).toContain(join("dist", "cli", "LICENSES.txt"));
  });

  test("runs client, receiver and program on every Node from 20.19 that is here", async () => {
    const body = JSON.stringify({ id: "evt_1", type: "new_install" });
    const timestamp = Math.floor(Date.now() / 1000);
    const signature = await sign({ id: "evt_1", timestamp, body, secrets: [secret] });
    const program = join("node_modules", ".bin", "heliograph");
    for (const node of await nodes()) {
      const args = ["use.mjs", secret, "evt_1", String(timestamp), signature, body];
      const { stdout } = await run(node, args, { cwd: consumer });
      expect([node, JSON.parse(stdout)]).toEqual([
        node,
        {
          type: "new_install",
          refused: "no_matching_signature",
          unreachable: "TypeError",
          calls: true,
          isError: true,
        },
      ]);
      const schema = await run(node, [program, "catalogue", "show", "new_install", "--schema"], {
        cwd: consumer,
      });
      expect(JSON.parse(schema.stdout)).toMatchObject({ title: "New Install" });
      const env = { ...shell(), XDG_CONFIG_HOME: consumer };
      const status = run(node, [program, "server", "status", "--url", "http://127.0.0.1:1"], {
        cwd: consumer,
        env,
      });
      await expect(status).rejects.toMatchObject({ code: 6 });
    }
  });

  test("needs no installed Node but its caller's: npx finds the program", async () => {
    const { stdout } = await run("npx", ["heliograph", "--version"], {
      cwd: consumer,
      env: shell(),
    });
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  test.for([
    ["nodenext", "nodenext", ["es2023", "dom", "dom.iterable"], []],
    ["bundler", "esnext", ["es2023", "dom", "dom.iterable"], []],
    ["nodenext", "nodenext", ["es2023"], ["node"]],
  ] as const)(
    "has types under moduleResolution %s with %j",
    async ([moduleResolution, module, lib, types]) => {
      const options = {
        strict: true,
        skipLibCheck: false,
        noEmit: true,
        target: "es2023",
        module,
        moduleResolution,
        lib,
        types,
      };
      await writeFile(join(consumer, "use.ts"), typed);
      const typeRoots = [join(root, "node_modules", "@types")];
      await writeFile(
        join(consumer, "tsconfig.json"),
        JSON.stringify({ compilerOptions: { ...options, typeRoots }, files: ["use.ts"] }),
      );
      const tsc = join(root, "node_modules", ".bin", "tsc");
      const { stdout } = await run(tsc, ["-p", "tsconfig.json"], { cwd: consumer }).catch(
        (error: unknown) => error as { stdout: string },
      );
      expect(stdout).toBe("");
    },
  );
});

async function freePort(): Promise<number> {
  const server = createServer();
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

/** The fifteen lines of the guide, in a project that has the package and Express. */
async function startReceiver(endpointSecret: string, port: number): Promise<string> {
  await cp(join(root, "examples/receiver/express.ts"), join(consumer, "receiver.ts"));
  await symlink(join(root, "node_modules/express"), join(consumer, "node_modules/express"));
  const env = { ...shell(), HELIOGRAPH_SECRET: endpointSecret, PORT: String(port) };
  const child = spawn(process.execPath, ["receiver.ts"], { cwd: consumer, env, stdio: "inherit" });
  onTestFinished(() => void child.kill("SIGKILL"));
  return join(consumer, "receiver.db");
}

const jobsIn = (path: string): string[] => {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    return database
      .prepare("select install from jobs order by rowid")
      .all()
      .map((row) => String(row["install"]));
  } finally {
    database.close();
  }
};

describe("the fifteen lines of the guide", () => {
  serviceTest(
    "handle each new_install exactly once while the sender is being killed",
    { timeout: 240_000 },
    async ({ start, dataDir }) => {
      const [port, receiverPort] = [await freePort(), await freePort()];
      const settings = { PORT: String(port), HELIOGRAPH_EGRESS_ALLOW: "127.0.0.1/32" };
      let main = start(settings);
      const url = await main.ready;
      const key = (await readFile(join(dataDir, "operator.key"), "utf8")).trim();
      const clientOf = (of: string) => createClient({ url, key: of, retries: 8 });
      const service = { url, operator: clientOf(key), clientOf } as unknown as Service;
      const pair = await givenPair(service);
      const endpoint = await pair.installer.endpoints.create({
        url: `http://127.0.0.1:${receiverPort}/hooks`,
        events: ["new_install"],
      });
      const database = await startReceiver(endpoint.secret ?? "", receiverPort);

      for (const _ of [1, 2, 3, 4]) {
        await givenInstall(pair);
        main.process.kill("SIGKILL");
        await main.ended;
        main = start(settings);
        await main.ready;
      }

      const told = (await eventsOf(pair.installer)).filter(({ type }) => type === "new_install");
      const installs = told.map(({ data }) => (data as { install: { id: string } }).install.id);
      expect(installs).toHaveLength(4);
      const jobs = () => jobsIn(database);
      await expect.poll(jobs, { timeout: 90_000 }).toHaveLength(installs.length);
      const { cursor } = await pair.installer.endpointStatus.get({ id: endpoint.id });
      expect(cursor).toBeGreaterThan(0);
      expect(jobs().toSorted()).toEqual(installs.toSorted());
    },
  );
});
