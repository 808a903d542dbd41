import { readFileSync } from "node:fs";
import { chown, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { StartError } from "../startError.ts";
import { ifThere } from "./files.ts";

/** The account PostgreSQL runs as. */
export interface ServerUser {
  readonly uid: number;
  readonly gid: number;
  /** True when the service runs as root and PostgreSQL, which refuses root, as somebody else. */
  readonly separate: boolean;
}

const nobody = 65_534;

/**
 * The account to run PostgreSQL as: this process's own, or nobody when that is root. No account is
 * ever created on the host.
 * @throws {StartError} for root on macOS, where nobody's number is another and untried.
 */
export function serverUser(): ServerUser {
  const uid = process.geteuid?.() ?? -1;
  const gid = process.getegid?.() ?? -1;
  if (uid !== 0) return { uid, gid, separate: false };
  if (process.platform === "darwin") {
    throw new StartError(
      "PostgreSQL cannot run as root: start as an ordinary user, or set DATABASE_URL",
    );
  }
  return { uid: nobody, gid: nobody, separate: true };
}

/** What `spawn` needs to run a program as this user, outside any directory it may not read. */
export function spawnOptions({ uid, gid, separate }: ServerUser): {
  cwd: string;
  env: Record<string, string>;
  uid?: number;
  gid?: number;
} {
  // Settings of the caller's shell (PGPORT, PGOPTIONS, LC_ALL, …) must not reach the server, and
  // its messages have to be English to be understood here.
  const env = { PATH: process.env["PATH"] ?? "/usr/bin:/bin", LC_ALL: "C", TZ: "UTC" };
  return { cwd: "/", env, ...(separate && { uid, gid }) };
}

/** Gives a file or directory to the server's user. */
export async function giveTo(user: ServerUser, path: string): Promise<void> {
  if (user.separate) await chown(path, user.uid, user.gid);
}

/** The first directory on the way to `path`, itself included, that `user` may not enter. */
export async function findBarrier(path: string, user: ServerUser): Promise<string | undefined> {
  const parent = dirname(path);
  const above = parent === path ? undefined : await findBarrier(parent, user);
  if (above !== undefined) return above;
  const { mode, uid, gid } = await stat(path);
  const shift = uid === user.uid ? 6 : gid === user.gid ? 3 : 0;
  return ((mode >> shift) & 0o1) === 1 ? undefined : path;
}

/**
 * @throws {StartError} when the cluster at `home` was made by another account than it would now
 * run as; PostgreSQL itself would only say that the directory has the wrong owner.
 */
export async function checkOwner(home: string, user: ServerUser): Promise<void> {
  const uid = (await ifThere(stat(`${home}/data`)))?.uid;
  if (uid === undefined || uid === user.uid) return;
  if (user.separate) {
    throw new StartError(
      `The database in ${home} belongs to ${describeUser(uid)}, and this start runs as root: start it as that user, or choose another data directory`,
    );
  }
  const maker = uid === nobody ? "root" : describeUser(uid);
  throw new StartError(
    `The database in ${home} was made by ${maker}, and this start runs as ${describeUser(user.uid)}: start it as ${maker}, or choose another data directory`,
  );
}

/** Names an account for people, for example `alice (uid 1000)`. */
function describeUser(uid: number): string {
  const name = accounts().find((fields) => fields[2] === String(uid))?.[0];
  if (uid === 0) return "root";
  return name === undefined ? `uid ${uid}` : `${name} (uid ${uid})`;
}

function accounts(): string[][] {
  try {
    return readFileSync("/etc/passwd", "utf8")
      .split("\n")
      .map((line) => line.split(":"));
  } catch {
    return [];
  }
}
