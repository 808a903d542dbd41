import { isDeepStrictEqual } from "node:util";
import type { Seal } from "../base/seal.ts";
import { invalid } from "../contract/errors.ts";
import type { OperationInput } from "../contract/operations.ts";
import type { Endpoint } from "../contract/resources/delivery.ts";
import { Headers, SendingSecrets } from "../contract/resources/sending.ts";
import { readClientCertificate } from "./clientCertificate.ts";

/** What a caller says about the requests of an endpoint; what is left out stays. */
type Given = Pick<
  OperationInput<"updateEndpoint">["body"],
  "headers" | "auth" | "client_certificate"
>;

const none: SendingSecrets = { headers: {}, auth: null, client_certificate: null };

/**
 * The columns that what was given about an endpoint's requests changes: what may be shown of it, and all of it sealed.
 * @param sealed what is kept so far, null for nothing.
 * @returns no column when nothing changes.
 * @throws {ApiError} `invalid` when the headers become too many, or the certificate cannot be used.
 */
export function sendingColumns(
  { headers, auth, client_certificate }: Given,
  { seal, sealed }: { seal: Seal; sealed: Uint8Array | null },
): Record<string, unknown> {
  if (headers === undefined && auth === undefined && client_certificate === undefined) return {};
  const before = sealed ? SendingSecrets.parse(JSON.parse(seal.open(sealed))) : none;
  const after: SendingSecrets = {
    headers: mergedHeaders(before.headers, headers ?? {}),
    auth: auth === undefined ? before.auth : auth,
    client_certificate:
      client_certificate === undefined ? before.client_certificate : client_certificate,
  };
  if (isDeepStrictEqual(before, after)) return {};
  const shown =
    client_certificate === undefined
      ? {}
      : { client_certificate: client_certificate && readClientCertificate(client_certificate) };
  return {
    header_names: Object.keys(after.headers),
    auth: shownAuth(after.auth),
    ...shown,
    sending_secrets: isDeepStrictEqual(after, none) ? null : seal.close(JSON.stringify(after)),
  };
}

/** Names in lower case, as HTTP takes them for the same in any. */
function mergedHeaders(
  before: Record<string, string>,
  change: Record<string, string | null>,
): Record<string, string> {
  const merged = new Map<string, string | null>(Object.entries(before));
  for (const [name, value] of Object.entries(change)) merged.set(name.toLowerCase(), value);
  const kept = Object.fromEntries([...merged].filter(([, value]) => value !== null));
  const { data, error } = Headers.safeParse(kept);
  if (data) return data;
  throw invalid("/headers", error.issues[0]?.message ?? "Do not fit");
}

function shownAuth(auth: SendingSecrets["auth"]): Endpoint["auth"] {
  if (auth?.type !== "basic") return auth && { type: auth.type };
  return { type: auth.type, username: auth.username };
}
