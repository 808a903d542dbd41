import { nowText } from "../base/clock.ts";
import { ApiError, invalid } from "../contract/errors.ts";
import type { OperationInput } from "../contract/operations.ts";
import {
  ApiKey,
  Organization,
  OrganizationSettings,
  Partnership,
  User,
} from "../contract/resources/organization.ts";
import { scopes, type Scope } from "../contract/scopes.ts";
import { keyHash, keyHint, newApiKey, newWebhookSecret } from "../base/keys.ts";
import { openFeed } from "../store/appendEvents.ts";
import { findPartnership, isUserOf, lockOrganization } from "../store/organizations.ts";
import { findRecord, updateRecord } from "../store/records.ts";
import { changesBetween, merged } from "./changes.ts";
import { command } from "./command.ts";
import { requireVersion } from "./versions.ts";
import { notFound, type Work } from "./work.ts";

export const createOrganization = command(
  "create_organization",
  async (work, { body }: OperationInput<"createOrganization">) => {
    const roles = [...new Set(body.roles)];
    const settings = OrganizationSettings.parse(body.settings ?? {});
    const organization = await work.insert(Organization, { ...body, roles, settings });
    await openFeed(work.tx, organization.id);
    return organization;
  },
);

export const updateOrganization = command(
  "update_organization",
  async (work, { params, body }: OperationInput<"updateOrganization">) => {
    const before = await openOrganization(work, params.id);
    const values = merged(before, body);
    if (!changesBetween("organization", before, { ...before, ...values })) return before;
    return updateRecord(work.tx, Organization, {
      id: before.id,
      now: nowText(),
      values,
    });
  },
);

/** Makes a key and shows it once. It may do no more than the key that made it. */
export const createKey = command(
  "create_key",
  async (work, { params, body }: OperationInput<"createKey">) => {
    const organization = await openOrganization(work, params.id);
    const granted = grantedScopes(work, body.scopes);
    if (body.user_id && !(await isUserOf(work.tx, organization.id, body.user_id))) {
      throw invalid("/user_id", `No user ${body.user_id} of this organization`);
    }
    const key = newApiKey();
    const record = await work.insert(ApiKey, {
      organization_id: organization.id,
      name: body.name ?? "API key",
      hash: keyHash(key),
      hint: keyHint(key),
      scopes: granted,
      acts_as: body.acts_as ?? (body.user_id ? "user" : "api_key"),
      user_id: body.user_id ?? null,
    });
    return { ...record, key };
  },
);

export const revokeKey = command(
  "revoke_key",
  async (work, { params }: OperationInput<"revokeKey">) => {
    const key = await findRecord(work.tx, ApiKey, params.id);
    if (!key || !mayManage(work, key.organization_id)) throw notFound("key", params.id);
    if (key.revoked_at) return;
    const now = nowText();
    await updateRecord(work.tx, ApiKey, { id: key.id, now, values: { revoked_at: now } });
  },
);

export const createUser = command(
  "create_user",
  async (work, { params, body }: OperationInput<"createUser">) => {
    const organization = await openOrganization(work, params.id);
    return work.insert(User, { role: "sales_rep", ...body, organization_id: organization.id });
  },
);

export const updateUser = command(
  "update_user",
  async (work, { params: { id }, body }: OperationInput<"updateUser">) => {
    const found = await findRecord(work.tx, User, id);
    if (!found || !mayManage(work, found.organization_id)) throw notFound("user", id);
    await lockOrganization(work.tx, found.organization_id);
    const before = (await findRecord(work.tx, User, id)) ?? found;
    requireVersion(work.context, before);
    const values = merged(before, body);
    if (!changesBetween("user", before, { ...before, ...values })) return before;
    return updateRecord(work.tx, User, { id, now: nowText(), values });
  },
);

/** Makes the secret with which CallPilot signs for this organization, and shows it once. */
export const createCallpilotSecret = command(
  "create_callpilot_secret",
  async (work, { params }: OperationInput<"createCallpilotSecret">) => {
    const { id } = await openOrganization(work, params.id);
    const secret = newWebhookSecret();
    await updateRecord(work.tx, Organization, {
      id,
      now: nowText(),
      values: { callpilot_secret: work.context.seal.close(secret) },
    });
    return { secret };
  },
);

/** Lets a sales organization sell for an installer; one that exists is answered as it is. */
export const createPartnership = command(
  "create_partnership",
  async (work, { body }: OperationInput<"createPartnership">) => {
    await lockOrganization(work.tx, body.sales_org_id);
    await requireRole(work, "sales_org_id", body.sales_org_id, "sales_org");
    await requireRole(work, "epc_id", body.epc_id, "epc");
    const existing = await findPartnership(work.tx, body.sales_org_id, body.epc_id);
    return existing ?? work.insert(Partnership, body);
  },
);

/** The operator manages all organizations, an organization itself. */
function mayManage({ context: { caller } }: Work, organizationId: string): boolean {
  return caller.organizationId === null || caller.organizationId === organizationId;
}

async function openOrganization(work: Work, id: string): Promise<Organization> {
  await lockOrganization(work.tx, id);
  const organization = await findRecord(work.tx, Organization, id);
  if (!organization || !mayManage(work, id)) throw notFound("organization", id);
  requireVersion(work.context, organization);
  return organization;
}

function grantedScopes({ context: { caller } }: Work, wanted: readonly Scope[] | undefined) {
  const own = caller.organizationId === null ? scopes : caller.scopes;
  const beyond = wanted?.filter((scope) => !own.includes(scope)) ?? [];
  if (beyond.length > 0) {
    throw new ApiError("forbidden", `A key cannot give what it lacks: ${beyond.join(", ")}`);
  }
  return [...new Set(wanted ?? own)];
}

async function requireRole(
  { tx }: Work,
  field: string,
  id: string,
  role: "sales_org" | "epc",
): Promise<void> {
  const organization = await findRecord(tx, Organization, id);
  if (!organization) throw invalid(`/${field}`, `No organization ${id}`);
  if (!organization.roles.includes(role)) {
    throw invalid(`/${field}`, `${organization.name} has not the role ${role}`);
  }
}
