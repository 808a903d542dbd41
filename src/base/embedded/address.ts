import { createHash, randomBytes } from "node:crypto";
import { mkdir, lstat, unlink } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { StartError } from "../startError.ts";
import { errorCode } from "./files.ts";
import { findBarrier, giveTo, type ServerUser } from "./owner.ts";

/** Where a server listens: `host` is a socket directory, or 127.0.0.1. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** Only part of the socket's file name: nothing listens on this port. */
const socketPort = 5432;
const longestSocketPath = process.platform === "darwin" ? 103 : 107;

/**
 * Chooses where a server that is about to start will listen: a socket in its home, else in a
 * private directory for temporary files when the path is too long, else a free loopback port.
 * @throws {StartError} when somebody else owns the private directory.
 */
export async function chooseAddress(home: string, user: ServerUser): Promise<Address> {
  const own = join(home, "socket");
  if (await canListen(own)) return { host: own, port: socketPort };

  const hash = createHash("sha256").update(home).digest("hex").slice(0, 16);
  for (const parent of [tmpdir(), "/tmp"]) {
    if ((await findBarrier(parent, user)) !== undefined) continue;
    const directory = join(parent, `heliograph-${hash}`);
    await makePrivate(directory, user);
    if (await canListen(directory)) return { host: directory, port: socketPort };
  }
  return { host: "127.0.0.1", port: await findFreePort() };
}

/** The server settings that make it listen there and nowhere else. */
export function listenSettings({ host, port }: Address): Record<string, string> {
  const isSocket = host.startsWith("/");
  return {
    listen_addresses: isSocket ? "" : host,
    unix_socket_directories: isSocket ? host : "",
    unix_socket_permissions: "0700",
    port: String(port),
  };
}

/** Tries it: some file systems, such as shared folders, hold no sockets. */
async function canListen(directory: string): Promise<boolean> {
  const path = join(directory, `.s.PGSQL.${socketPort}`);
  if (Buffer.byteLength(path) > longestSocketPath || /[,"]/.test(directory)) return false;
  const trial = join(directory, `.${randomBytes(4).toString("hex")}`);
  try {
    await listenOnce({ path: trial });
    return true;
  } catch {
    await unlink(trial).catch(() => undefined);
    return false;
  }
}

async function findFreePort(): Promise<number> {
  return listenOnce({ host: "127.0.0.1", port: 0 });
}

function listenOnce(where: { path: string } | { host: string; port: number }): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(where, () => {
      const address = server.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}

/** In a directory open to all, whoever made a name first owns it: trust only our own. */
async function makePrivate(directory: string, user: ServerUser): Promise<void> {
  try {
    await mkdir(directory, { mode: 0o700 });
    await giveTo(user, directory);
  } catch (error) {
    if (errorCode(error) !== "EEXIST") throw error;
  }
  const entry = await lstat(directory);
  if (!entry.isDirectory() || entry.uid !== user.uid || (entry.mode & 0o077) !== 0) {
    throw new StartError(
      `The socket directory ${directory} belongs to somebody else or is open to others: delete it and start again`,
    );
  }
}
