import { randomBytes } from "node:crypto";
import { nowText } from "../base/clock.ts";
import type { OperationInput } from "../contract/operations.ts";
import { OrganizationSummary, Organization } from "../contract/resources/organization.ts";
import type { Session } from "../contract/resources/session.ts";
import { keyHash } from "../base/keys.ts";
import type { Db } from "../base/database.ts";
import type { Caller, Context } from "../flow/context.ts";
import { findRecord } from "../store/records.ts";
import { closeSession, findSession, openSession } from "../store/sessions.ts";
import { callerOfKey } from "./authenticate.ts";
import { readCookie, sessionCookie } from "./cookie.ts";
import type { Services } from "./services.ts";

/** How long a session holds, in hours: a working day with its breaks. */
const sessionHours = 12;

interface Exchange {
  readonly request: Request;
  readonly services: Services;
}

/** Signs in with a key: the answer carries the cookie that stands for it from here on. */
export async function createSession(
  { sql }: Context,
  { body }: OperationInput<"createSession">,
  { services }: Exchange,
): Promise<Response> {
  const hash = keyHash(body.key.trim());
  // Refused before anything is kept.
  const { operatorKey } = services;
  const { caller } = await callerOfKey(hash, { sql, operatorKey });
  const token = randomBytes(32).toString("base64url");
  const { expires_at } = await openSession(sql, {
    hash: keyHash(token),
    keyHash: hash,
    hours: sessionHours,
  });
  const session = await describe(sql, caller, expires_at);
  return Response.json(session, {
    status: 201,
    headers: {
      "set-cookie": sessionCookie(token, {
        seconds: sessionHours * 3600,
        isSecure: services.publicUrl.startsWith("https:"),
      }),
    },
  });
}

/** Who asks, and until when he may by his cookie. */
export async function getSession(
  { sql, caller }: Context,
  _input: unknown,
  { request }: Exchange,
): Promise<Session> {
  const token = request.headers.has("authorization") ? undefined : readCookie(request);
  const found = token && (await findSession(sql, keyHash(token)));
  return describe(sql, caller, found ? found.expires_at : null);
}

export async function deleteSession(
  { sql }: Context,
  _input: unknown,
  { request, services }: Exchange,
): Promise<Response> {
  const token = readCookie(request);
  if (token) await closeSession(sql, keyHash(token));
  const isSecure = services.publicUrl.startsWith("https:");
  return new Response(null, {
    status: 204,
    headers: { "set-cookie": sessionCookie("", { seconds: 0, isSecure }) },
  });
}

async function describe(
  db: Db,
  { organizationId, actor, scopes }: Caller,
  expiresAt: string | null,
): Promise<Session> {
  return {
    organization: await summaryOf(db, organizationId),
    actor: { kind: actor.kind, name: actor.name },
    scopes: [...scopes],
    expires_at: expiresAt,
    now: nowText(),
  };
}

async function summaryOf(db: Db, organizationId: string | null) {
  if (organizationId === null) return null;
  return OrganizationSummary.parse(await findRecord(db, Organization, organizationId));
}
