import type { Seal } from "../base/seal.ts";
import type { ServedEndpoint } from "../store/endpoints.ts";

/** The secrets of an endpoint, opened. */
export interface Secrets {
  readonly current: string;
  /** Those before it, newest first, each with its end in milliseconds since the epoch. */
  readonly old: readonly { readonly secret: string; readonly endsAtMs: number }[];
}

/** A secret cannot be opened with this master key. */
export class UnreadableSecret extends Error {
  override readonly name = "UnreadableSecret";
}

/** @throws {UnreadableSecret} */
export function openSecrets(seal: Seal, endpoint: ServedEndpoint): Secrets {
  try {
    return {
      current: seal.open(endpoint.secret),
      old: endpoint.old_secrets.map((secret, index) => ({
        secret: seal.open(secret),
        endsAtMs: Date.parse(endpoint.old_secrets_end_at[index] ?? ""),
      })),
    };
  } catch (cause) {
    throw new UnreadableSecret(`A secret of ${endpoint.id} cannot be opened`, { cause });
  }
}

/** The secrets that sign at a moment, newest first. */
export const liveSecrets = ({ current, old }: Secrets, nowMs: number): string[] => [
  current,
  ...old.filter(({ endsAtMs }) => endsAtMs > nowMs).map(({ secret }) => secret),
];
