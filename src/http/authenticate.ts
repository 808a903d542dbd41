import { timingSafeEqual } from "node:crypto";
import { ApiError } from "../contract/errors.ts";
import { consoleHeader } from "../contract/headerNames.ts";
import type { Operation } from "../contract/operation.ts";
import { keyHash } from "../base/keys.ts";
import type { Sql } from "../base/database.ts";
import type { Caller } from "../flow/context.ts";
import { findKeyByHash } from "../store/organizations.ts";
import { findWorkingLink } from "../store/links.ts";
import { findSession } from "../store/sessions.ts";
import { readCookie } from "./cookie.ts";
import type { KnownKeys } from "./knownKeys.ts";

/** Stands for nobody: operations that need no key. */
const nobody: Caller = {
  organizationId: null,
  roles: [],
  scopes: [],
  actor: { kind: "system", id: null, name: null },
};

/** Who calls, and by which key: requests are counted by it. */
export interface Authenticated {
  readonly caller: Caller;
  /** Null where no key is asked for. */
  readonly keyId: string | null;
}

/**
 * Finds out who calls and whether he may.
 * @throws {ApiError} `unauthorized` without a good key, `forbidden` without the role or scope.
 */
export async function authenticate(
  operation: Operation,
  request: Request,
  keys: KeyRing,
): Promise<Authenticated> {
  if (operation.callers.length === 0) return { caller: nobody, keyId: null };
  const hash = await givenKeyHash(request, keys.sql);
  const { caller, keyId } = isLinkToken(request)
    ? await guestOf(keys.sql, hash)
    : await callerOfKey(hash, keys);
  requireAllowed(operation, caller);
  if (caller.link) return { caller, keyId };
  // A company in both roles makes a call for one of them only as that party of a deal.
  const roles = caller.roles.filter((role) => operation.callers.includes(role));
  return { caller: { ...caller, roles }, keyId };
}

/** Where keys are looked up. */
interface KeyRing {
  readonly sql: Sql;
  readonly operatorKey: string;
  /** What was read a moment ago counts; without, the database is asked each time. */
  readonly knownKeys?: KnownKeys<Authenticated> | undefined;
}

/** Finds whose key it is by its hash. @throws {ApiError} `unauthorized` when it is unknown or revoked. */
export async function callerOfKey(
  hash: Uint8Array,
  { sql, operatorKey, knownKeys }: KeyRing,
): Promise<Authenticated> {
  // Compared by hash, so that neither length nor content shows in the time it takes.
  if (timingSafeEqual(hash, keyHash(operatorKey))) return operator;
  const read = () => callerOf(sql, hash);
  return knownKeys ? knownKeys.of(hash, read) : read();
}

/** Links and keys are told apart by how they begin. */
const isLinkToken = ({ headers }: Request): boolean =>
  /^Bearer +hl_/i.test(headers.get("authorization") ?? "");

/** The hash of the key that a request came with, or that its session stands for. */
async function givenKeyHash(request: Request, sql: Sql): Promise<Uint8Array> {
  const given = request.headers.get("authorization");
  const token = given === null ? readCookie(request) : undefined;
  if (token === undefined) {
    // Blanks inside belong to the key: an operator may set any text.
    const key = /^Bearer +(\S(?:.*\S)?)$/i.exec(given ?? "")?.[1];
    if (key) return keyHash(key);
    throw new ApiError("unauthorized", "Send a key: Authorization: Bearer hk_…");
  }
  requireOwnPage(request);
  const session = await findSession(sql, keyHash(token));
  if (session) return session.key_hash;
  throw new ApiError("unauthorized", "The session is over: sign in again");
}

/** Browsers send the cookie whoever makes them; this header only our own pages can. */
function requireOwnPage({ method, headers }: Request): void {
  if (method === "GET" || method === "HEAD" || headers.has(consoleHeader)) return;
  throw new ApiError(
    "forbidden",
    `A write with the console's cookie needs the header ${consoleHeader}`,
  );
}

const operator: Authenticated = {
  caller: {
    organizationId: null,
    roles: [],
    scopes: [],
    actor: { kind: "api_key", id: null, name: "Operator" },
  },
  keyId: "operator",
};

async function callerOf(sql: Sql, hash: Uint8Array): Promise<Authenticated> {
  const key = await findKeyByHash(sql, hash);
  if (!key) throw new ApiError("unauthorized", "The key is unknown or revoked");
  const actor = { kind: key.acts_as, id: key.user_id ?? key.id, name: key.user_name ?? key.name };
  const { organization_id: organizationId, roles, scopes } = key;
  return { caller: { organizationId, roles, scopes, actor }, keyId: key.id };
}

/** Who holds a link acts for the organization that made it, within what the page of the link offers. */
async function guestOf(sql: Sql, hash: Uint8Array): Promise<Authenticated> {
  const found = await findWorkingLink(sql, hash);
  if (!found)
    throw new ApiError("unauthorized", "The link has ended, was revoked, or is not known");
  const { link, roles } = found;
  const { organization_id: organizationId, customer_id, signer_id, person } = link;
  const actor =
    signer_id === null
      ? ({ kind: "customer", id: customer_id, name: person } as const)
      : ({ kind: "e_sign", id: signer_id, name: person } as const);
  return { caller: { organizationId, roles, scopes: [], actor, link }, keyId: link.id };
}

function requireAllowed({ callers, scope }: Operation, caller: Caller): void {
  if (callers.includes("guest") !== (caller.link !== undefined)) {
    throw new ApiError(
      "forbidden",
      caller.link
        ? "A link opens its own page only"
        : "This call is for holders of a link: send the link's secret in place of a key",
    );
  }
  if (caller.link) return;
  if (caller.organizationId === null) {
    if (callers.includes("operator")) return;
    throw new ApiError(
      "forbidden",
      "This call is for organizations: use a key of one, not the operator's",
    );
  }
  if (!caller.roles.some((role) => callers.includes(role))) {
    throw new ApiError("forbidden", `This call is for ${callers.join(" and ")} only`);
  }
  if (scope && !caller.scopes.includes(scope)) {
    throw new ApiError("forbidden", `The key lacks the scope ${scope}`);
  }
}
