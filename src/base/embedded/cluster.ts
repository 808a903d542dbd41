import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmod, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { StartError } from "../startError.ts";
import type { Binaries } from "./binaries.ts";
import { explainFailure } from "./failure.ts";
import { ifThere } from "./files.ts";
import { giveTo, spawnOptions, type ServerUser } from "./owner.ts";

/** The superuser and the one role of an embedded server, and the name of its database. */
export const roleName = "heliograph";

interface ClusterOptions {
  readonly binaries: Binaries;
  readonly user: ServerUser;
  /** False only for throw-away clusters: skips waiting for the disk. */
  readonly sync: boolean;
}

/**
 * Fills `home` with an empty cluster and its password. Meant for `makeWhole`: a home that is seen
 * under its final name is complete.
 * @throws {StartError} with what initdb said.
 */
export async function createCluster(home: string, options: ClusterOptions): Promise<void> {
  const { user } = options;
  if (user.separate) await chmod(home, 0o711);
  const password = randomBytes(24).toString("base64url");
  await writeFile(join(home, "password"), password, { mode: 0o600, flush: true });
  for (const part of ["init", "log", "socket"]) {
    await mkdir(join(home, part), { mode: 0o700 });
    await giveTo(user, join(home, part));
  }

  // The server's user may read the password while initdb runs, and never again.
  const passwordFile = join(home, "init", "password");
  await writeFile(passwordFile, password, { mode: 0o600 });
  await giveTo(user, passwordFile);
  await runInitdb(join(home, "init", "data"), passwordFile, options);
  await rename(join(home, "init", "data"), join(home, "data"));
  await rm(join(home, "init"), { recursive: true });
}

/**
 * @throws {StartError} when the cluster was made by another major version, or has no version.
 */
export async function checkVersion(home: string, { major }: Binaries): Promise<void> {
  const text = await ifThere(readFile(join(home, "data", "PG_VERSION"), "utf8"));
  const made = text?.trim();
  if (made === String(major)) return;
  if (made === undefined || made === "") {
    throw new StartError(
      `The database in ${home} is damaged, its file PG_VERSION is missing or empty: restore it from a backup, or move ${home} away to start with an empty one`,
    );
  }
  throw new StartError(
    `The database in ${home} was made by PostgreSQL ${made}, and this service brings PostgreSQL ${major}: dump it with PostgreSQL ${made}, move ${home} away and load the dump, or run PostgreSQL ${made} yourself and set DATABASE_URL`,
  );
}

/** The password of the cluster at `home`. */
export function readPassword(home: string): Promise<string> {
  return readFile(join(home, "password"), "utf8");
}

async function runInitdb(
  data: string,
  passwordFile: string,
  { binaries, user, sync }: ClusterOptions,
): Promise<void> {
  const args = [`--pgdata=${data}`, `--username=${roleName}`, `--pwfile=${passwordFile}`];
  args.push("--auth=scram-sha-256", "--data-checksums", "--encoding=UTF8", "--no-instructions");
  // Sorting and case rules come with the server, so an upgrade of the host cannot break an index.
  args.push("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8");
  if (!sync) args.push("--no-sync");

  const child = spawn(binaries.initdb, args, { ...spawnOptions(user), stdio: "pipe" });
  child.stdin.end();
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const ending = await new Promise<string | Error>((resolve) => {
    child.once("error", resolve);
    child.once("close", (code, signal) => resolve(signal ?? `status ${code}`));
  });
  if (ending === "status 0") return;
  throw explainFailure("PostgreSQL's initdb could not create the database", ending, output);
}
