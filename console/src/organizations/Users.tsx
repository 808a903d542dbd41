import { useQuery } from "@tanstack/react-query";
import type { CallInput } from "../../../src/sdk/client.ts";
import { api } from "../api.ts";
import { CommandButton } from "../forms/CommandForm.tsx";
import { Failure, Skeleton } from "../ui/Note.tsx";
import { inWords } from "../ui/Tag.tsx";
import { usersQuery } from "./read.ts";

interface AddUserProps {
  readonly organization: { readonly id: string; readonly name: string };
  readonly because?: string | undefined;
}

/** Adds a person to an organization. */
export function AddUser({ organization, because }: AddUserProps) {
  return (
    <CommandButton
      name="createUser"
      title={`Add a user to ${organization.name}`}
      verb="Add the user"
      label="Add a user"
      small
      because={because}
      run={(body) => api.users.create({ id: organization.id, ...body } as CallInput<"createUser">)}
    />
  );
}

interface UsersProps {
  readonly organizationId: string;
  readonly because?: string | undefined;
}

/** The people of an organization: who deals and appointments can be given to. */
export function Users({ organizationId, because }: UsersProps) {
  const users = useQuery(usersQuery(organizationId));
  if (users.isPending) return <Skeleton rows={3} />;
  if (users.isError) {
    return (
      <div className="p-5">
        <Failure error={users.error} retry={() => void users.refetch()} />
      </div>
    );
  }
  if (users.data.length === 0) {
    return (
      <p className="px-5 py-6 text-ink-2">
        No user yet. Customers and appointments are given to users.
      </p>
    );
  }
  return (
    <ul>
      {users.data.map((user) => (
        <li
          key={user.id}
          className="grid items-center gap-x-4 border-b border-line px-5 py-2 last:border-0 sm:grid-cols-[1fr_1fr_auto_110px_auto]"
        >
          <span className="min-w-0 truncate text-left font-[560]" dir="auto">
            {user.name}
          </span>
          <a href={`mailto:${user.email}`} className="min-w-0 truncate text-cell hover:underline">
            {user.email}
          </a>
          <span className="text-ink-2 tabular-nums">{user.phone}</span>
          <span className="text-ink-2 sm:text-right">{inWords(user.role)}</span>
          <CommandButton
            name="updateUser"
            title={`Change ${user.name}`}
            verb="Save"
            label="Change"
            look="quiet"
            small
            because={because}
            before={user}
            run={(body) => api.users.update({ id: user.id, ...body }, { ifMatch: user.version })}
          />
        </li>
      ))}
    </ul>
  );
}
