import { createHash } from "node:crypto";
import { chmod, lstat, readlink, realpath, symlink } from "node:fs/promises";
import { join } from "node:path";
import { StartError } from "../startError.ts";
import { errorCode, exists, ifThere, makeDirectory } from "./files.ts";
import { checkOwner, findBarrier, type ServerUser } from "./owner.ts";

/** Where PostgreSQL's part of the data lives when the server's user cannot enter the data directory. */
export const systemDirectory = "/var/lib/heliograph";

/**
 * The directory with everything of one server: `data`, `log`, `socket` and `password`. It is
 * `postgres` in the data directory, or somewhere else with a link of that name pointing there, so
 * that every later start finds the same cluster whatever happens to modes.
 */
export interface Home {
  readonly path: string;
  /** Set when the home is elsewhere and the link to it has to be made. */
  readonly link: string | undefined;
  readonly notices: readonly string[];
}

/**
 * Decides where the server of a data directory lives; makes nothing.
 * @throws {StartError} when the server's user cannot get there any more, or it is gone.
 */
export async function findHome(dataDir: string, user: ServerUser): Promise<Home> {
  const usual = join(dataDir, "postgres");
  const entry = await ifThere(lstat(usual));
  if (entry?.isSymbolicLink() === true) return followLink(dataDir, usual);

  const barrier = user.separate ? await findBarrier(dataDir, user) : undefined;
  if (barrier === undefined) return { path: usual, link: undefined, notices: [] };
  if (entry !== undefined) {
    await checkOwner(usual, user);
    throw new StartError(
      `PostgreSQL runs as user nobody, which can no longer enter ${barrier} on the way to the database in ${usual}: run chmod o+x ${barrier}`,
    );
  }
  await makeDirectory(systemDirectory, 0o755);
  const hash = createHash("sha256").update(dataDir).digest("hex").slice(0, 16);
  return elsewhere(dataDir, { path: join(systemDirectory, hash), link: usual });
}

/** Records where the server lives, once it lives there. */
export async function recordHome({ path, link }: Home): Promise<void> {
  if (link === undefined) return;
  try {
    await symlink(path, link);
  } catch (error) {
    if (errorCode(error) !== "EEXIST") throw error; // another start recorded the same
  }
}

/** Makes the service's data directory if need be and returns its real path. */
export async function openDataDirectory(path: string, user: ServerUser): Promise<string> {
  // Entering is not reading: the files in it are closed to others one by one.
  if (!(await exists(path))) {
    await makeDirectory(path, 0o700);
    if (user.separate) await chmod(path, 0o711);
  }
  return realpath(path);
}

async function followLink(dataDir: string, link: string): Promise<Home> {
  const path = await readlink(link);
  if (!(await exists(path))) {
    throw new StartError(
      `The database of ${dataDir} was in ${path}, which is gone: restore it, or delete ${link} to start with an empty one`,
    );
  }
  return elsewhere(dataDir, { path, link: undefined });
}

function elsewhere(dataDir: string, { path, link }: Omit<Home, "notices">): Home {
  const notice = `PostgreSQL refuses to run as root, so it runs as user nobody; that user could not enter ${dataDir}, therefore the database is in ${path}`;
  return { path, link, notices: [notice] };
}
