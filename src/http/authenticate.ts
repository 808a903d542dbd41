import { timingSafeEqual } from "node:crypto";
import { ApiError } from "../contract/errors.ts";
import type { Operation } from "../contract/operation.ts";
import { keyHash } from "../base/keys.ts";
import type { Sql } from "../base/database.ts";
import type { Caller } from "../flow/context.ts";
import { findKeyByHash } from "../store/organizations.ts";

/** Stands for nobody: operations that need no key. */
const nobody: Caller = {
  organizationId: null,
  roles: [],
  scopes: [],
  actor: { kind: "system", id: null, name: null },
};

/** Who calls, and by which key: requests are counted by it. */
interface Authenticated {
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
  { sql, operatorKey }: { sql: Sql; operatorKey: string },
): Promise<Authenticated> {
  if (operation.callers.length === 0) return { caller: nobody, keyId: null };
  // Blanks inside belong to the key: an operator may set any text.
  const key = /^Bearer +(\S(?:.*\S)?)$/i.exec(request.headers.get("authorization") ?? "")?.[1];
  if (!key) {
    throw new ApiError("unauthorized", "Send a key: Authorization: Bearer hk_…");
  }
  const { caller, keyId } = isEqual(key, operatorKey) ? operator : await callerOf(sql, key);
  requireAllowed(operation, caller);
  // A company in both roles makes a call for one of them only as that party of a deal.
  const roles = caller.roles.filter((role) => operation.callers.includes(role));
  return { caller: { ...caller, roles }, keyId };
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

async function callerOf(sql: Sql, given: string): Promise<Authenticated> {
  const known = await findKeyByHash(sql, keyHash(given));
  if (!known) throw new ApiError("unauthorized", "The key is unknown or revoked");
  const { key, organization, user } = known;
  const caller: Caller = {
    organizationId: organization.id,
    roles: organization.roles,
    scopes: key.scopes,
    actor: {
      kind: key.acts_as,
      id: user?.id ?? key.id,
      name: user?.name ?? key.name,
    },
  };
  return { caller, keyId: key.id };
}

function requireAllowed({ callers, scope }: Operation, caller: Caller): void {
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

/** Compared by hash, so that neither length nor content shows in the time it takes. */
const isEqual = (given: string, expected: string) =>
  timingSafeEqual(keyHash(given), keyHash(expected));
