import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { ApiKey } from "../../../src/contract/resources/organization.ts";
import { scopes, scopeSummaries } from "../../../src/contract/scopes.ts";
import { api, isSignedOut, queries } from "../api.ts";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { Failure, Skeleton } from "../ui/Note.tsx";
import { Tag } from "../ui/Tag.tsx";
import { Time } from "../ui/Time.tsx";
import { actorWords, keysQuery, usersQuery } from "./read.ts";

interface KeysProps {
  readonly organizationId: string;
  /** Why none can be revoked. */
  readonly because?: string | undefined;
}

/** An organization's keys: those that work first. */
export function Keys({ organizationId, because }: KeysProps) {
  const keys = useQuery(keysQuery(organizationId));
  const users = useQuery(usersQuery(organizationId));
  const [toRevoke, setToRevoke] = useState<ApiKey>();
  if (keys.isPending) return <Skeleton rows={3} />;
  if (keys.isError) {
    return (
      <div className="p-5">
        <Failure error={keys.error} retry={() => void keys.refetch()} />
      </div>
    );
  }
  const ordered = keys.data.toSorted(
    (one, other) => Number(one.revoked_at !== null) - Number(other.revoked_at !== null),
  );
  const nameOf = (id: string | null) => users.data?.find((user) => user.id === id)?.name;
  if (ordered.length === 0) {
    return <p className="px-5 py-6 text-ink-2">No key yet. Nobody can sign in without one.</p>;
  }
  return (
    <div className="relative overflow-x-auto" tabIndex={0} role="group" aria-label="Keys">
      <table className="w-full min-w-[720px] text-left">
        <thead>
          <tr className="border-b border-line text-12 text-ink-3">
            {["Name", "Key", "May do", "Acts as", "Made"].map((head) => (
              <th key={head} scope="col" className="px-3 py-2 font-[500] first:pl-5">
                {head}
              </th>
            ))}
            <th scope="col">
              <span className="sr-only">Revoke</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {ordered.map((key) => (
            <tr key={key.id} className="border-b border-line last:border-0">
              <th
                scope="row"
                className="max-w-[220px] truncate py-2 text-left pr-3 pl-5 font-[560]"
                dir="auto"
              >
                {key.name}
              </th>
              <td className="px-3 font-mono text-12 whitespace-nowrap text-ink-2">{key.hint}</td>
              <td className="px-3">
                <span title={key.scopes.map((scope) => scopeSummaries[scope]).join("\n")}>
                  {key.scopes.length === scopes.length ? "Everything" : key.scopes.join(", ")}
                </span>
              </td>
              <td className="max-w-[180px] truncate px-3 text-left text-ink-2" dir="auto">
                {nameOf(key.user_id) ?? actorWords(key.acts_as)}
              </td>
              <td className="px-3 whitespace-nowrap text-ink-2">
                <Time at={key.created_at} />
              </td>
              <td className="pr-5 text-right whitespace-nowrap">
                {key.revoked_at === null ? (
                  <Button
                    small
                    aria-label={`Revoke ${key.name}`}
                    because={because}
                    onClick={() => setToRevoke(key)}
                  >
                    Revoke
                  </Button>
                ) : (
                  <Tag>
                    Revoked <Time at={key.revoked_at} />
                  </Tag>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <Dialog
        title="Revoke the key"
        open={toRevoke !== undefined}
        onClose={() => setToRevoke(undefined)}
      >
        {toRevoke && <Revocation of={toRevoke} onDone={() => setToRevoke(undefined)} />}
      </Dialog>
    </div>
  );
}

/** Asks before a key is ended: that cannot be undone. */
function Revocation({ of, onDone }: { readonly of: ApiKey; readonly onDone: () => void }) {
  const revocation = useMutation({
    mutationFn: () => api.keys.revoke({ id: of.id }),
    async onSuccess() {
      const isStillIn = await api.sessions.get().then(
        () => true,
        (error: unknown) => !isSignedOut(error),
      );
      // It may have been the key that this session stands on; then there is nothing more to read here.
      if (!isStillIn) return window.location.assign("/sign-in");
      await queries.invalidateQueries({ queryKey: ["flow"] });
      onDone();
    },
  });
  return (
    <div className="grid gap-4">
      <p className="break-words">
        <strong dir="auto">{of.name}</strong> <code className="font-mono text-12">{of.hint}</code>{" "}
        stops working at once, and with it every session that was opened with it. This cannot be
        undone.
      </p>
      {revocation.isError && <Failure error={revocation.error} />}
      <div className="flex justify-end gap-2">
        <Button onClick={onDone}>Keep it</Button>
        <Button look="danger" disabled={revocation.isPending} onClick={() => revocation.mutate()}>
          Revoke the key
        </Button>
      </div>
    </div>
  );
}
