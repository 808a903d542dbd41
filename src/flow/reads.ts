import { nowText } from "../base/clock.ts";
import type { z } from "zod";
import type { Party } from "../contract/meta.ts";
import type { OperationInput } from "../contract/operations.ts";
import { resourceInfo } from "../contract/resource.ts";
import { Customer } from "../contract/resources/customer.ts";
import { Install } from "../contract/resources/install.ts";
import {
  ApiKey,
  Organization,
  OrganizationSummary,
  User,
} from "../contract/resources/organization.ts";
import { StoredFile, Survey } from "../contract/resources/survey.ts";
import * as organizations from "../store/organizations.ts";
import { findRecord, listRecords, type Page } from "../store/records.ts";
import { findParties, searchCustomers, searchInstalls, searchSurveys } from "../store/visible.ts";
import type { Context } from "./context.ts";
import { linkSeconds } from "./fileLinks.ts";
import { rolesOf, seen } from "./parties.ts";
import { notFound } from "./work.ts";

/** A page as the API answers it: `next` is the last id when there is more. */
interface Listed<T> {
  readonly data: T[];
  readonly next: string | null;
}

/** One record that the caller is a party to. @throws {ApiError} `not_found` */
export const read =
  <R extends z.ZodObject>(resource: R) =>
  async (context: Context, { params }: { params: { id: string } }): Promise<z.infer<R>> => {
    const roles = await requireRoles(context, resource, params.id);
    const record = await findRecord(context.sql, resource, params.id);
    if (!record) throw notFound(resourceInfo(resource).name, params.id);
    return seen(resource, record, roles);
  };

/** A page of the records that belong to a parent which the caller is a party to. @throws {ApiError} `not_found` */
export const list =
  <R extends z.ZodObject>(resource: R, { of, by }: { of: z.ZodObject; by: string }) =>
  async (
    context: Context,
    { params, query }: { params: { id: string }; query: Page },
  ): Promise<Listed<z.infer<R>>> => {
    const roles = await requireRoles(context, of, params.id);
    const isInstallers = "epc_id" in resource.shape && !roles.includes("sales_org");
    const found = await listRecords(context.sql, resource, {
      parent: by,
      id: params.id,
      epcId: isInstallers ? organizationOf(context) : null,
      page: query,
    });
    return page(found, query, (record) => seen(resource, record, roles));
  };

export async function readFile(context: Context, input: OperationInput<"getFile">) {
  const stored = await read(StoredFile)(context, input);
  return context.links.withLink(stored, nowText(), linkSeconds.answer);
}

export async function listFiles(context: Context, input: OperationInput<"listFiles">) {
  const { data, next } = await list(StoredFile, { of: Survey, by: "survey_id" })(context, input);
  const now = nowText();
  return { data: data.map((file) => context.links.withLink(file, now, linkSeconds.answer)), next };
}

export async function listCustomers(context: Context, { query }: OperationInput<"listCustomers">) {
  const found = await searchCustomers(context.sql, organizationOf(context), query);
  return page(
    found,
    query,
    (row) => seen(Customer, row.record, rolesOf(context.caller, row.parties)),
    (row) => row.record.id,
  );
}

/** All deals of a customer for its sales organization, only its own for an installer. */
export async function listSurveys(
  context: Context,
  { params, query }: OperationInput<"listSurveys">,
) {
  await requireRoles(context, Customer, params.id);
  const wanted = { ...query, customerId: params.id };
  const found = await searchSurveys(context.sql, organizationOf(context), wanted);
  return page(found, query, (survey) =>
    seen(
      Survey,
      survey,
      rolesOf(context.caller, { sales_org: survey.sales_org_id, epc: survey.epc_id }),
    ),
  );
}

export async function listInstalls(context: Context, { query }: OperationInput<"listInstalls">) {
  const found = await searchInstalls(context.sql, organizationOf(context), query);
  return page(found, query, (install) =>
    seen(
      Install,
      install,
      rolesOf(context.caller, { sales_org: install.sales_org_id, epc: install.epc_id }),
    ),
  );
}

/** An organization reads itself in full; the operator reads any. */
export async function readOrganization(
  context: Context,
  { params }: OperationInput<"getOrganization">,
) {
  const organization = await findRecord(context.sql, Organization, params.id);
  if (!organization || !isOwn(context, params.id)) throw notFound("organization", params.id);
  return organization;
}

/** One of the organization's own people; the operator reads any. */
export async function readUser(context: Context, { params }: OperationInput<"getUser">) {
  const user = await findRecord(context.sql, User, params.id);
  if (!user || !isOwn(context, user.organization_id)) throw notFound("user", params.id);
  return user;
}

export async function listOrganizations(
  context: Context,
  { query }: OperationInput<"listOrganizations">,
) {
  return page(
    await organizations.listOrganizations(context.sql, context.caller.organizationId, query),
    query,
    (organization) => OrganizationSummary.parse(organization),
  );
}

export async function listPartnerships(
  context: Context,
  { query }: OperationInput<"listPartnerships">,
) {
  return page(
    await organizations.listPartnerships(context.sql, context.caller.organizationId, query),
    query,
  );
}

const ofOrganization =
  <R extends z.ZodObject>(resource: R) =>
  async (context: Context, { params, query }: { params: { id: string }; query: Page }) => {
    if (!isOwn(context, params.id)) throw notFound("organization", params.id);
    const found = await listRecords(context.sql, resource, {
      parent: "organization_id",
      id: params.id,
      page: query,
    });
    return page(found, query);
  };

export const listKeys = ofOrganization(ApiKey);
export const listUsers = ofOrganization(User);

const isOwn = ({ caller }: Context, organizationId: string) =>
  caller.organizationId === null || caller.organizationId === organizationId;

/** The organization a read is for; operations that need one are not open to the operator. */
export function organizationOf({ caller }: Context): string {
  if (caller.organizationId === null) throw new Error("This read is for organizations");
  return caller.organizationId;
}

/** As what the caller may see this record. @throws {ApiError} `not_found` when as nothing. */
export async function requireRoles(
  context: Context,
  resource: z.ZodObject,
  id: string,
): Promise<Party[]> {
  const { sql, caller } = context;
  const { name, parties: allowed } = resourceInfo(resource);
  const parties = await findParties(sql, resource, {
    id,
    organizationId: organizationOf(context),
  });
  const roles = parties ? rolesOf(caller, parties) : [];
  const inCall = roles.filter((role) => caller.roles.includes(role));
  if (!inCall.some((role) => allowed.includes(role))) throw notFound(name, id);
  return roles;
}

/** Cuts the one record too many that was read to know whether there is more. */
export function page<T, U = T>(
  found: readonly T[],
  { limit }: Page,
  show: (record: T) => U = (record) => record as unknown as U,
  idOf: (record: T) => string = (record) => (record as { id: string }).id,
): Listed<U> {
  const kept = found.slice(0, limit);
  const last = kept.at(-1);
  return { data: kept.map(show), next: found.length > limit && last ? idOf(last) : null };
}
