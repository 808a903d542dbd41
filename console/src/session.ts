import { queryOptions, useQuery } from "@tanstack/react-query";
import { api, isSignedOut, queries } from "./api.ts";
import { heardNow } from "./clock.ts";

/**
 * Who is signed in. The one seam of it: keys today, accounts of people another day.
 */
export const sessionQuery = queryOptions({
  queryKey: ["session"],
  queryFn: () =>
    api.sessions.get().then(heard, (error: unknown) => {
      if (isSignedOut(error)) return null;
      throw error;
    }),
  staleTime: 60_000,
});
export type Session = NonNullable<Awaited<ReturnType<typeof api.sessions.get>>>;

/** The session. @throws {Error} outside of the pages that need one. */
export function useSession(): Session {
  const { data } = useQuery(sessionQuery);
  if (!data) throw new Error("Nobody is signed in");
  return data;
}

/** The organization that is signed in. @throws {Error} for the operator, whose pages need none. */
export function useOrganization() {
  const { organization } = useSession();
  if (!organization) throw new Error("The operator belongs to no organization");
  return organization;
}

function heard<Answer extends { readonly now: string }>(session: Answer): Answer {
  heardNow(session.now);
  return session;
}

export async function signIn(key: string): Promise<void> {
  const session = heard(await api.sessions.create({ key }));
  queries.clear();
  queries.setQueryData(sessionQuery.queryKey, session);
}

export async function signOut(): Promise<void> {
  await api.sessions.delete();
  queries.clear();
  queries.setQueryData(sessionQuery.queryKey, null);
}
