import { createHmac, hkdfSync, timingSafeEqual } from "node:crypto";
import type { File, StoredFile } from "../contract/resources/survey.ts";

/** How long a link to a file's content works. */
export const linkSeconds = {
  /** In an answer of the API, which is asked for when it is needed. */
  answer: 15 * 60,
  /** In an event: longer than a delivery is retried (about 67 hours), because the body may not change. */
  event: 72 * 60 * 60,
} as const;

/** Makes and checks links that need no key. */
export interface FileLinks {
  /** @param now RFC 3339; the link ends `seconds` after it. */
  withLink(file: StoredFile, now: string, seconds: number): File;
  /** The page of a customer or a signer, with the secret that opens it. */
  toPage(token: string): string;
  /** Where an inlet takes what another system sends. */
  toInlet(token: string): string;
  /** Whether a link is ours and has not ended. @param nowMs milliseconds since 1970. */
  holds(id: string, link: { expires: number; signature: string }, nowMs: number): boolean;
}

/** @param baseUrl where this service is reached from outside, without a slash at the end. */
export function createFileLinks(masterKey: string, baseUrl: string): FileLinks {
  const key = Buffer.from(hkdfSync("sha256", masterKey, "", "heliograph file links v1", 32));
  const sign = (id: string, expires: number) =>
    createHmac("sha256", key).update(`${id}.${expires}`).digest("base64url");
  return {
    withLink(file, now, seconds) {
      const expires = Math.floor(Date.parse(now) / 1000) + seconds;
      return {
        ...file,
        content_url: `${baseUrl}/v1/files/${file.id}/content?expires=${expires}&signature=${sign(file.id, expires)}`,
        content_url_expires_at: new Date(expires * 1000).toISOString(),
      };
    },
    // Behind the # no browser sends it on, so that it stands in no log of a server and no referrer.
    toPage: (token) => `${baseUrl}/page#${token}`,
    toInlet: (token) => `${baseUrl}/v1/inbound/${token}`,
    holds(id, { expires, signature }, nowMs) {
      const expected = Buffer.from(sign(id, expires));
      const given = Buffer.from(signature);
      const isOurs = given.length === expected.length && timingSafeEqual(given, expected);
      return isOurs && expires * 1000 > nowMs;
    },
  };
}
