import { queryOptions, useMutation, useQuery } from "@tanstack/react-query";
import { nowMs } from "../clock.ts";
import type { Link } from "../../../src/contract/resources/link.ts";
import { api, queries } from "../api.ts";
import { Button } from "../ui/Button.tsx";
import { Failure } from "../ui/Note.tsx";
import { Panel } from "../ui/Panel.tsx";
import { inWords } from "../ui/Tag.tsx";
import { Time } from "../ui/Time.tsx";

/** The links that one's own organization made for a customer. */
const linksQuery = (customerId: string) =>
  queryOptions({
    queryKey: ["flow", "links", customerId],
    queryFn: async () => (await api.links.list({ id: customerId, limit: 200 })).data,
  });

interface LinksProps {
  readonly customerId: string;
}

/** Links that are out: for whom, whether they were used, until when they work. Nothing where none was made. */
export function Links({ customerId }: LinksProps) {
  const read = useQuery(linksQuery(customerId));
  const revoke = useMutation({
    mutationFn: (id: string) => api.links.delete({ id }),
    onSettled: () => queries.invalidateQueries({ queryKey: ["flow", "links"] }),
  });
  const links = read.data?.toReversed() ?? [];
  if (links.length === 0) return null;
  return (
    <Panel title="Links for people">
      {revoke.isError && (
        <div className="p-3">
          <Failure error={revoke.error} />
        </div>
      )}
      <ul>
        {links.map((link) => (
          <li
            key={link.id}
            className="flex items-center gap-3 border-b border-line px-5 py-2 last:border-0"
          >
            <span className="min-w-0 flex-1">
              <span className="block font-[560] break-words" dir="auto">
                {link.person}
              </span>
              <span className="text-12 text-ink-2">
                {inWords(link.subject)}, <State link={link} />
              </span>
            </span>
            {isWorking(link) && (
              <Button
                small
                look="quiet"
                disabled={revoke.isPending}
                onClick={() => revoke.mutate(link.id)}
              >
                Revoke
              </Button>
            )}
          </li>
        ))}
      </ul>
    </Panel>
  );
}

const isWorking = ({ revoked_at, expires_at }: Link) =>
  revoked_at === null && Date.parse(expires_at) > nowMs();

function State({ link }: { readonly link: Link }) {
  const { revoked_at, used_at, expires_at } = link;
  if (revoked_at !== null) {
    return (
      <>
        revoked <Time at={revoked_at} />
      </>
    );
  }
  return (
    <>
      {used_at === null ? (
        "not used yet"
      ) : (
        <>
          used <Time at={used_at} />
        </>
      )}
      , {isWorking(link) ? "ends" : "ended"} <Time at={expires_at} />
    </>
  );
}
