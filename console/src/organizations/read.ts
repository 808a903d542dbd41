import { queryOptions } from "@tanstack/react-query";
import type { Party } from "../../../src/contract/meta.ts";
import type { ActorKind } from "../../../src/contract/vocabulary.ts";
import { api } from "../api.ts";
import { inWords } from "../ui/Tag.tsx";

/** What pages read of organizations, told once. */

/** Pages of a list that are read at most: five thousand records of these kinds are more than a page can show. */
const mostPages = 25;

interface Page<T> {
  readonly data: readonly T[];
  readonly next: string | null;
}

/** All pages of a list, one after the other. */
export async function everyPage<T>(
  read: (page: { limit: number; after?: string }) => Promise<Page<T>>,
  most = mostPages,
): Promise<readonly T[]> {
  const all: T[] = [];
  let after: string | undefined;
  for (let page = 0; page < most; page++) {
    const { data, next } = await read({ limit: 200, ...(after !== undefined && { after }) });
    all.push(...data);
    if (next === null) break;
    after = next;
  }
  return all;
}

/** The organizations that the caller may know of: the operator all, an organization itself and its partners. */
export const organizationsQuery = queryOptions({
  queryKey: ["flow", "organizations"],
  queryFn: () => everyPage((page) => api.organizations.list(page)),
});

/** Who may sell for whom. */
export const partnershipsQuery = queryOptions({
  queryKey: ["flow", "partnerships"],
  queryFn: () => everyPage((page) => api.partnerships.list(page)),
});

/** One organization with its settings. */
export const organizationQuery = (id: string) =>
  queryOptions({
    queryKey: ["flow", "organization", id],
    queryFn: () => api.organizations.get({ id }),
  });

/** The people of an organization. */
export const usersQuery = (id: string) =>
  queryOptions({
    queryKey: ["flow", "users", id],
    queryFn: () => everyPage((page) => api.users.list({ id, ...page })),
  });

/** The keys of an organization, revoked ones among them. */
export const keysQuery = (id: string) =>
  queryOptions({
    queryKey: ["flow", "keys", id],
    queryFn: () => everyPage((page) => api.keys.list({ id, ...page })),
  });

/** A role in words. */
export const roleWords: Readonly<Record<Party, string>> = {
  sales_org: "Sales organization",
  epc: "EPC installer",
};

const actors: Readonly<Partial<Record<ActorKind, string>>> = {
  api_key: "An API key",
  e_sign: "E-signature",
  callpilot: "CallPilot",
};

/** A kind of actor in words. */
export const actorWords = (kind: ActorKind): string => actors[kind] ?? inWords(kind);
