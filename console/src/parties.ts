import { queryOptions, useQuery } from "@tanstack/react-query";
import { api } from "./api.ts";
import { useSession } from "./session.ts";

/** Organizations and people by name, and what the session may do among them. */

type Answer<T> = { readonly data: readonly T[]; readonly next: string | null };

/** As many as a page of the API holds. */
const pageSize = 200;

/** Everything of a list, page after page. */
export async function everyPage<T>(
  read: (page: { limit: number; after?: string }) => Promise<Answer<T>>,
): Promise<T[]> {
  const all: T[] = [];
  for (let after: string | null | undefined; after !== null;) {
    const page = await read({ limit: pageSize, ...(after !== undefined && { after }) });
    all.push(...page.data);
    after = page.next;
  }
  return all;
}

/** The organization of the session and its partners. */
export const partnersQuery = queryOptions({
  queryKey: ["flow", "partners"],
  queryFn: () => everyPage((page) => api.organizations.list(page)),
  staleTime: 60_000,
});

/** People of an organization. */
const usersQuery = (organizationId: string) =>
  queryOptions({
    queryKey: ["flow", "users", organizationId],
    queryFn: () => everyPage((page) => api.users.list({ id: organizationId, ...page })),
    staleTime: 60_000,
  });

type Named = readonly (readonly [id: string, name: string])[];

/** Names for ids, for forms, filters and lists. Without the right to read them they are empty, and ids stay ids. */
export function useNames() {
  const { organization, scopes } = useSession();
  const may = organization !== null && scopes.includes("organization:read");
  const partners = useQuery({ ...partnersQuery, enabled: may });
  const users = useQuery({ ...usersQuery(organization?.id ?? ""), enabled: may });
  const own = useQuery({
    queryKey: ["flow", "own"],
    queryFn: () => api.organizations.get({ id: organization?.id ?? "" }),
    enabled: may,
    staleTime: 60_000,
  });
  const named = (list: readonly { id: string; name: string }[] | undefined): Named =>
    (list ?? []).map(({ id, name }) => [id, name] as const);
  const listed = (names: readonly string[]): Named => names.map((name) => [name, name] as const);
  const { appointment_types = [], deal_types = [] } = own.data?.settings ?? {};
  return {
    installers: named(partners.data?.filter(({ roles }) => roles.includes("epc"))),
    organizations: new Map(named(partners.data)),
    users: named(users.data),
    user: new Map(named(users.data)),
    appointmentTypes: listed(appointment_types),
    dealTypes: listed(deal_types.map(({ name }) => name)),
  };
}

/** As what the session is here. Whether it may give a command is `useWhyNot`. */
export function useRights() {
  const { organization, scopes } = useSession();
  return {
    organizationId: organization?.id,
    isSalesOrg: organization?.roles.includes("sales_org") ?? false,
    mayReadEvents: scopes.includes("events:read"),
  };
}

/** Names for the fields of a form; a field without any stays one to type into. */
export const choicesOf = (fields: Readonly<Record<string, Named>>): Record<string, Named> =>
  Object.fromEntries(Object.entries(fields).filter(([, named]) => named.length > 0));

/** First letters of a name. */
export const initialsOf = (name: string): string =>
  name
    .split(/\s+/)
    .slice(0, 2)
    .map((word) => String.fromCodePoint(word.codePointAt(0) ?? 32))
    .join("")
    .toUpperCase();
