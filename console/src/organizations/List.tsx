import { ChevronRight } from "lucide-react";
import { useState } from "react";
import type { OperationAnswer } from "../../../src/contract/operations.ts";
import { Id } from "../ui/Copy.tsx";
import { Tag } from "../ui/Tag.tsx";
import { Time } from "../ui/Time.tsx";
import { Keys } from "./Keys.tsx";
import { MakeKey } from "./MakeKey.tsx";
import { roleWords } from "./read.ts";
import { AddUser, Users } from "./Users.tsx";

type Listed = OperationAnswer<"listOrganizations">["data"][number];

/** The organizations of this installation; an opened one shows its people and keys. */
export function OrganizationList({ organizations }: { readonly organizations: readonly Listed[] }) {
  return (
    <ul>
      {organizations.map((organization) => (
        <One key={organization.id} organization={organization} />
      ))}
    </ul>
  );
}

function One({ organization }: { readonly organization: Listed }) {
  const { id, name, roles, email, phone, created_at } = organization;
  // What is inside is read when somebody looks.
  const [isOpen, setOpen] = useState(false);
  return (
    <li className="border-b border-line last:border-0">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2 px-5 py-2.5">
        <button
          type="button"
          aria-expanded={isOpen}
          onClick={() => setOpen(!isOpen)}
          className="flex min-w-0 flex-1 items-center gap-2 text-left"
        >
          <ChevronRight
            size={14}
            aria-hidden
            className={`shrink-0 text-ink-3 ${isOpen ? "rotate-90" : ""}`}
          />
          <span className="min-w-0 truncate font-[560]" dir="auto">
            {name}
          </span>
        </button>
        <span className="flex flex-wrap gap-1">
          {roles.map((role) => (
            <Tag key={role} tone={role === "epc" ? "cell" : "plain"}>
              {roleWords[role]}
            </Tag>
          ))}
        </span>
        <MakeKey small organization={organization} />
      </div>
      {isOpen && (
        <div className="grid grid-cols-[minmax(0,1fr)] gap-4 border-t border-line bg-sunken px-3 py-4 sm:px-5">
          <p className="flex flex-wrap items-center gap-x-4 text-12 text-ink-2">
            <Id id={id} />
            {email !== null && <span className="break-all">{email}</span>}
            {phone !== null && <span>{phone}</span>}
            <span>
              Made <Time at={created_at} />
            </span>
          </p>
          <section
            aria-label={`Users of ${name}`}
            className="min-w-0 rounded-panel border border-line bg-surface"
          >
            <header className="flex items-center justify-between gap-3 border-b border-line px-5 py-2">
              <h3>Users</h3>
              <AddUser organization={organization} />
            </header>
            <Users organizationId={id} />
          </section>
          <section
            aria-label={`Keys of ${name}`}
            className="min-w-0 rounded-panel border border-line bg-surface"
          >
            <h3 className="border-b border-line px-5 py-2">Keys</h3>
            <Keys organizationId={id} />
          </section>
        </div>
      )}
    </li>
  );
}
