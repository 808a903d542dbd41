/**
 * The one way in: `npm start`, `npm test`, `npm run check`, `npm run build`, `npm run soak`, `npm run bench` and `heliograph server` come here.
 *
 * It brings a fresh clone to the point where everything else runs, with nothing but the Node that
 * runs it: no dependency may be imported here, and nothing newer than Node 20.19 used.
 */
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { hasChromium, installChromium } from "./chromium.mjs";
import { isBuilt, markerOf, sourcesOf } from "./consoleSources.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const modules = join(root, "node_modules");
const nodePackage = join(modules, "node");
/** Has packages of its own: what the benchmark compares with is no part of the product. */
const bench = join(root, "bench");
const wantedMajor = 24;
/** What is run until it ends, by command. */
const programs = {
  start: join(root, "src", "main.ts"),
  migrate: join(root, "src", "migrateOnly.ts"),
  build: join(root, "scripts", "build.ts"),
  soak: join(root, "scripts", "soak.ts"),
  bench: join(bench, "main.ts"),
};

/**
 * How V8 keeps its heap. By default a process that delivers takes 128 MB for new objects alone, and lets the rest grow to four
 * times of what is in use before it looks for what is not. Growth by less than 100 % was
 * tried: it took a fifth of the deliveries of a process that has just begun.
 */
const heapFlags = ["--max-semi-space-size=16", "--heap-growing-percent=100"];

/**
 * What `npm test` and `npm run check` run before the tests: the name, the program, its arguments.
 * @type {[string, string, string[]][]}
 */
const checks = [
  ["format", "oxfmt", ["--check", "."]],
  ["lint", "oxlint", []],
  ["types", "tsc", []],
  ["types of the console", "tsc", ["-p", "console"]],
  ["dead code", "knip", []],
  ["generated docs", "node", ["scripts/docs.ts", "--check"]],
  ["generated schema", "node", ["scripts/schema.ts", "--check"]],
];

process.exitCode = await main(process.argv.slice(2));

async function main([command, ...args]) {
  if (!["start", "migrate", "build", "test", "check", "soak", "bench"].includes(command)) {
    return fail(
      "Usage: node scripts/run.mjs start|migrate|build|test|check|soak|bench [arguments]",
    );
  }
  const problem =
    checkNode() ??
    installDependencies(root, "usually about a minute, about 900 MB") ??
    (command === "bench"
      ? installDependencies(bench, "for the benchmark, some seconds")
      : undefined);
  if (problem !== undefined) return fail(problem);
  const node = findNode();
  if (node === undefined) {
    return fail(
      `Node ${wantedMajor} could not be installed into node_modules: run npm ci again with a connection to the registry, or install Node ${wantedMajor} yourself`,
    );
  }
  const env = { ...process.env, PATH: programPath(node) };
  if (["start", "test", "check", "bench"].includes(command)) {
    const fault = await prepareConsole(command, env);
    if (fault !== undefined) return fail(fault);
  }
  if (command === "check" || command === "test") return check(node, args, env);
  return start(node, [...heapFlags, programs[command], ...args], {
    // Without it each process compiles our TypeScript anew, and keeps the compiler: 20 MB.
    NODE_COMPILE_CACHE: join(modules, ".cache", "node"),
    ...env,
  });
}

function checkNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return undefined;
  return `Heliograph needs Node 20.19 or newer to start, and this is ${process.versions.node}: install a newer Node and try again`;
}

/** Installs when a folder's node_modules do not match its lock file; what went wrong, if anything. */
function installDependencies(folder, remark) {
  const lock = readFileSync(join(folder, "package-lock.json"));
  const marker = join(folder, "node_modules", ".heliograph-installed");
  const wanted = createHash("sha256").update(lock).digest("hex");
  if (readIfThere(marker) === wanted) return undefined;
  if (!existsSync(marker) && matchesLock(folder, JSON.parse(lock))) {
    remember(marker, wanted); // somebody ran npm ci by hand
    return undefined;
  }

  say(`Installing dependencies (${remark})`);
  rmSync(marker, { force: true });
  const args = ["ci", "--no-audit", "--no-fund", "--loglevel=error"];
  const { status, error } = runNpm(folder, args);
  if (status !== 0) {
    const why = error === undefined ? `npm ended with status ${status}` : error.message;
    return `Dependencies could not be installed (${why}): check the connection to the npm registry and the messages above, then try again`;
  }
  remember(marker, wanted);
  return undefined;
}

/** Whether node_modules holds just what the lock file says, by npm's own record of it. */
function matchesLock(folder, { packages }) {
  const record = readIfThere(join(folder, "node_modules", ".package-lock.json"));
  if (record === undefined) return false;
  const installed = JSON.parse(record).packages;
  return Object.entries(packages).every(([path, { version, optional }]) => {
    if (path === "" || (optional && installed[path] === undefined)) return true;
    return installed[path]?.version === version;
  });
}

function remember(marker, hash) {
  try {
    writeFileSync(marker, hash);
  } catch {
    // Somebody else owns node_modules. It fits, so all that is lost is a moment at the next start.
  }
}

function runNpm(folder, args) {
  // The npm that called us, with its own Node: the Node in node_modules is about to be replaced.
  const { npm_execpath: npm, npm_node_execpath: node = process.execPath } = process.env;
  const env = { ...process.env, PATH: pathWithoutModules() };
  const options = { cwd: folder, stdio: "inherit", env };
  return npm?.endsWith(".js") === true && existsSync(npm)
    ? spawnSync(node, [npm, ...args], options)
    : spawnSync("npm", args, options);
}

/** The path of a Node that is new enough: this one, or the one in node_modules. */
function findNode() {
  if (Number.parseInt(process.versions.node, 10) >= wantedMajor) return process.execPath;
  const installed = join(nodePackage, "bin", "node");
  if (!runs(installed)) {
    // npm skipped the package's install script, which fetches the program.
    say(`Installing Node ${wantedMajor} (some seconds)`);
    const script = join(nodePackage, "installArchSpecificPackage.js");
    const env = { ...process.env, PATH: pathWithoutModules() };
    spawnSync(process.execPath, [script], { cwd: nodePackage, stdio: "inherit", env });
  }
  return runs(installed) ? installed : undefined;
}

function runs(node) {
  return spawnSync(node, ["--version"]).status === 0;
}

function programPath(node) {
  return [dirname(node), join(modules, ".bin"), process.env.PATH ?? ""].join(delimiter);
}

function pathWithoutModules() {
  const folders = (process.env.PATH ?? "").split(delimiter);
  return folders.filter((folder) => !folder.startsWith(modules)).join(delimiter);
}

/**
 * Runs the service, the soak or the benchmark, and ends as it ends.
 *
 * It is a process group of its own, so that a Ctrl-C reaches it once, from here: the terminal sends
 * it to the whole group, and npm sends it on once more. The pipe on descriptor 3 is for the case
 * that this process is killed: its end is closed by the system, and the service sees that.
 */
async function start(node, args, env) {
  const child = spawn(node, args, {
    cwd: process.cwd(),
    detached: true,
    env: { ...env, HELIOGRAPH_PARENT_FD: "3" },
    stdio: ["inherit", "inherit", "inherit", "pipe"],
  });
  child.stdio[3].on("error", () => {});
  forwardSignals(child);
  const watch = watchNpm(() => child.kill("SIGTERM"));
  const status = await ending(child, "exit");
  clearInterval(watch);
  return status;
}

function forwardSignals(child) {
  const sameSignalMs = 500;
  const last = new Map();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.on(signal, () => {
      const now = performance.now();
      const isEcho = now - (last.get(signal) ?? -Infinity) < sameSignalMs;
      last.set(signal, now);
      if (!isEcho) child.kill(signal === "SIGHUP" ? "SIGTERM" : signal);
    });
  }
}

/** Calls `onGone` when the npm that started this process dies without a word, as by kill -9. */
function watchNpm(onGone) {
  if (process.env.npm_lifecycle_event === undefined) return undefined;
  const parent = process.ppid;
  // Some shells stay between npm and its script. Beyond npm nothing matters.
  const isShell = /^(ba|da|a|k|z)?sh$/.test(readIfThere(`/proc/${parent}/comm`)?.trim() ?? "");
  const npm = isShell ? parentOf(parent) : undefined;
  const watch = setInterval(() => {
    if (process.ppid === parent && (!isShell || parentOf(parent) === npm)) return;
    clearInterval(watch);
    onGone();
  }, 250);
  return watch;
}

function parentOf(pid) {
  // Field 4; the second is the command in brackets and may hold blanks.
  const stat = readIfThere(`/proc/${pid}/stat`);
  return stat?.slice(stat.lastIndexOf(")") + 2).split(" ")[1];
}

/** Builds the console when its sources changed, and sees to a browser for its tests; what went wrong, if anything. */
async function prepareConsole(command, env) {
  if ((command === "test" || command === "check") && !hasChromium()) {
    const missing = installChromium(say);
    if (missing !== undefined) return missing;
  }
  const sources = sourcesOf(root);
  if (isBuilt(root, sources)) return undefined;
  say("Building the console (some seconds)");
  const { output, status } = await capture("vite", ["build", "-c", "console/vite.config.ts"], env);
  if (status !== 0) return `The console could not be built:\n${output.trimEnd()}`;
  remember(markerOf(root), sources);
  return undefined;
}

async function check(node, args, env) {
  for (const [name, program, programArgs] of checks) {
    const begun = performance.now();
    process.stdout.write(`${name} … `);
    const { output, status } = await capture(program === "node" ? node : program, programArgs, env);
    const seconds = ((performance.now() - begun) / 1000).toFixed(1);
    say(status === 0 ? `ok, ${seconds} s` : `failed, ${seconds} s\n${output.trimEnd()}`);
    if (status !== 0) return 1;
  }
  say("tests");
  const options = { cwd: root, env, stdio: "inherit" };
  return ending(spawn("vitest", ["run", ...args], options), "exit");
}

async function capture(program, args, env) {
  const child = spawn(program, args, { cwd: root, env, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text) => (output += text));
  }
  child.once("error", (error) => (output += `${program}: ${error.message}`));
  return { status: await ending(child, "close"), output };
}

/** The exit code of a child, or 128 and its signal's number, as shells count. */
function ending(child, event) {
  return new Promise((resolve) => {
    child.once("error", () => resolve(1));
    child.once(event, (code, signal) => resolve(code ?? 128 + constants.signals[signal]));
  });
}

function readIfThere(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

function say(line) {
  process.stdout.write(`${line}\n`);
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  return 1;
}
