import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, open, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";

/** Where the content of files is kept. A disk today; anything that can keep bytes by id would do. */
export interface FileStore {
  /** Keeps content durably under an id. @returns its size and SHA-256 as hexadecimal. */
  put(id: string, content: Uint8Array): Promise<{ sizeBytes: number; sha256: string }>;
  /** @returns undefined when there is nothing under this id. */
  read(id: string): Promise<{ sizeBytes: number; stream: Readable } | undefined>;
  /** Forgets content whose record could not be written. */
  remove(id: string): Promise<void>;
}

/**
 * Keeps files below a directory, each under its id, spread over subdirectories by the id's last two characters.
 * Content is written beside its place, synced and renamed, so that a crash leaves no half file under an id.
 */
export function createDiskFileStore(directory: string): FileStore {
  const placeOf = (id: string) => {
    if (!/^fil_[0-9a-z]{26}$/.test(id)) throw new Error(`Not the id of a file: ${id}`);
    const folder = join(directory, id.slice(-2));
    return { folder, path: join(folder, id) };
  };
  return {
    async put(id, content) {
      const { folder, path } = placeOf(id);
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const half = `${path}.half`;
      const handle = await open(half, "w", 0o600);
      try {
        await handle.writeFile(content);
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(half, path);
      const sha256 = createHash("sha256").update(content).digest("hex");
      return { sizeBytes: content.byteLength, sha256 };
    },
    async read(id) {
      const { path } = placeOf(id);
      const found = await stat(path).catch(() => undefined);
      return found && { sizeBytes: found.size, stream: createReadStream(path) };
    },
    async remove(id) {
      await rm(placeOf(id).path, { force: true });
    },
  };
}
