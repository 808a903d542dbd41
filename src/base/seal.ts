import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";

/** Encrypts what must not lie open in the database: endpoint secrets and kept answers. */
export interface Seal {
  /** AES-256-GCM with a random nonce: nonce, tag, ciphertext. */
  close(text: string): Buffer;
  /** @throws {Error} when it was closed with another master key, or was altered. */
  open(sealed: Uint8Array): string;
}

const nonceBytes = 12;
const tagBytes = 16;

/** @param masterKey any text of 32 characters or more; the key proper is derived from it (HKDF-SHA-256). */
export function createSeal(masterKey: string): Seal {
  const key = Buffer.from(hkdfSync("sha256", masterKey, "", "heliograph seal v1", 32));
  return {
    close(text) {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv("aes-256-gcm", key, nonce);
      const body = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), body]);
    },
    open(sealed) {
      const bytes = Buffer.from(sealed);
      const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, nonceBytes));
      decipher.setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes));
      const body = bytes.subarray(nonceBytes + tagBytes);
      return Buffer.concat([decipher.update(body), decipher.final()]).toString("utf8");
    },
  };
}
