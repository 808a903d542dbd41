import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sign } from "../src/contract/signature.ts";

/** What others install: packed from a copy, so that nothing of this repository changes under tests that run beside. */
const root = fileURLToPath(new URL("../", import.meta.url));
const run = promisify(execFile);
const secret = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;
let folder = "";
let consumer = "";

/** What the package is built from. */
const sources = [
  "src",
  "scripts",
  "package.json",
  "package-lock.json",
  "tsconfig.json",
  "README.md",
  "LICENSE",
  "CHANGELOG.md",
];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "heliograph-package-"));
  const copy = join(folder, "repository");
  for (const name of sources) await cp(join(root, name), join(copy, name), { recursive: true });
  await linkModules(copy);
  await npm(["pack", "--pack-destination", folder], copy);
  expect(await readFile(join(copy, "package.json"), "utf8")).toBe(
    await readFile(join(root, "package.json"), "utf8"),
  );

  consumer = join(folder, "consumer");
  await mkdir(consumer);
  await writeFile(
    join(consumer, "package.json"),
    '{"name":"consumer","private":true,"type":"module"}',
  );
  const tarball = (await readdir(folder)).find((name) => name.endsWith(".tgz")) ?? "";
  await npm(
    ["install", "--prefer-offline", "--no-audit", "--no-fund", join(folder, tarball)],
    consumer,
  );
  await writeFile(join(consumer, "use.mjs"), use);
}, 300_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

/** Each package by a link of its own: the build keeps files of its own beside them. */
async function linkModules(copy: string): Promise<void> {
  const modules = join(copy, "node_modules");
  await mkdir(modules);
  for (const name of await readdir(join(root, "node_modules"))) {
    if (name !== ".cache") await symlink(join(root, "node_modules", name), join(modules, name));
  }
}

/** The environment of a shell, without what a run of npm adds. */
const shell = () => ({ PATH: process.env["PATH"] ?? "", HOME: process.env["HOME"] ?? "" });

const npm = (args: readonly string[], cwd: string) => run("npm", args, { cwd, env: shell() });

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
      const env = { ...shell(), XDG_CONFIG_HOME: folder };
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
