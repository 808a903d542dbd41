import { constants, copyFile, link, open, readFile, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { randomBytes } from "node:crypto";
import type { Sql } from "./database.ts";
import type { Seal } from "./seal.ts";
import { makeDirectory } from "./embedded/files.ts";
import { StartError } from "./startError.ts";

/**
 * A key of this installation: as set, else as kept in the data directory, else made now and kept there with mode 0600.
 * @returns the key and, when it is kept, where.
 * @throws {StartError} when the directory cannot be written or the file does not hold a key.
 */
export async function readOrMakeKey(
  dataDir: string,
  name: "operator.key" | "master.key",
  given: string | null,
): Promise<{ key: string; path: string | null }> {
  if (given !== null) return { key: given, path: null };
  const path = join(dataDir, name);
  const kept = await readKept(path);
  return { key: kept ?? (await makeKey(dataDir, path, name)), path };
}

async function readKept(path: string): Promise<string | undefined> {
  try {
    const key = (await readFile(path, "utf8")).trim();
    if (key.length < 32)
      throw new StartError(`${path} does not hold a key of 32 characters or more`);
    return key;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw asStartError(path, error);
  }
}

async function makeKey(dataDir: string, path: string, name: string): Promise<string> {
  const prefix = name === "operator.key" ? "hk_operator_" : "";
  const key = `${prefix}${randomBytes(32).toString("base64url")}`;
  try {
    // Root's PostgreSQL runs as another user, who has to pass through; what is in it is closed file by file.
    const mode = process.geteuid?.() === 0 ? 0o711 : 0o700;
    await makeDirectory(dataDir, mode);
    await writeWhole(path, `${key}\n`);
    return key;
  } catch (error) {
    const kept = isThere(error) ? await readKept(path) : undefined;
    if (kept) return kept;
    throw asStartError(path, error);
  }
}

const isThere = (error: unknown) =>
  error instanceof Error && "code" in error && error.code === "EEXIST";

/**
 * Writes a file that is either not there or whole, also when this process or the machine ends half way.
 * @throws {Error} `EEXIST` when it is there: of two first starts one makes the key, the other reads it.
 */
async function writeWhole(path: string, text: string): Promise<void> {
  const aside = `${path}.${randomBytes(6).toString("hex")}`;
  try {
    const handle = await open(aside, "wx", 0o600);
    await handle.writeFile(text);
    await handle.sync();
    await handle.close();
    await link(aside, path).catch((error: unknown) => {
      if (isThere(error)) throw error;
      // Some file systems know no links; there it is whole but for an end in this very moment.
      return copyFile(aside, path, constants.COPYFILE_EXCL);
    });
  } finally {
    await rm(aside, { force: true });
  }
  const directory = await open(dirname(path));
  await directory.sync();
  await directory.close();
}

function asStartError(path: string, error: unknown): StartError {
  if (error instanceof StartError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new StartError(`Cannot read or write ${path}: ${reason}`, { cause: error });
}

const proof = "heliograph";

/**
 * Checks that the database was encrypted with this master key; the first start leaves a proof there.
 * @throws {StartError} when it was another one: its endpoints' secrets could not be read.
 */
export async function checkMasterKey(sql: Sql, seal: Seal): Promise<void> {
  await sql`
    insert into installation (master_key_check) values (${seal.close(proof)}) on conflict do nothing
  `;
  const [row] = await sql<
    { master_key_check: Uint8Array }[]
  >`select master_key_check from installation`;
  try {
    if (row && seal.open(row.master_key_check) === proof) return;
  } catch {
    // Said below: a wrong key is all that can be told apart here.
  }
  throw new StartError(
    "The master key is not the one this database was encrypted with; set HELIOGRAPH_MASTER_KEY to that one, or bring back master.key in the data directory",
  );
}
