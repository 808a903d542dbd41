import { useInfiniteQuery } from "@tanstack/react-query";
import type { OpenManifest } from "../../../src/contract/resources/manifest.ts";
import { api } from "../api.ts";
import { MoreButton } from "../ui/MoreButton.tsx";
import { Code, CopyButton } from "../ui/Copy.tsx";
import { Failure, Skeleton } from "../ui/Note.tsx";
import { Panel } from "../ui/Panel.tsx";
import { Table } from "../ui/Table.tsx";
import { Tag } from "../ui/Tag.tsx";
import { dayOf, Time } from "../ui/Time.tsx";

const columns = [
  "Day (UTC)",
  { label: "Events", isNumber: true },
  { label: "Positions", isNumber: true },
  "Hash",
  "Made",
] as const;

/** What the endpoint was to get, day by day: a receiver that computes the same count and hash has all of it. */
export function Manifests({ id }: { readonly id: string }) {
  const read = useInfiniteQuery({
    queryKey: ["flow", "manifests", id],
    initialPageParam: "",
    queryFn: ({ pageParam }) =>
      api.manifests.list({ id, limit: 14, ...(pageParam !== "" && { after: pageParam }) }),
    getNextPageParam: ({ next }) => next ?? undefined,
  });
  const days = read.data?.pages.flatMap(({ data }) => data) ?? [];
  const open = read.data?.pages[0]?.open ?? null;
  return (
    <Panel
      title="Daily manifests"
      aside={<span className="text-12 text-ink-2">What the receiver was to get</span>}
    >
      {read.isPending && <Skeleton rows={3} />}
      {read.isError && (
        <div className="p-5">
          <Failure error={read.error} retry={() => void read.refetch()} />
        </div>
      )}
      {read.data && days.length === 0 && open === null && (
        <p className="px-5 py-4 text-ink-2">
          None yet. The first is begun with the first event that this endpoint is to get.
        </p>
      )}
      {(days.length > 0 || open !== null) && (
        <Table label="Daily manifests" columns={columns} className="min-w-[720px]">
          {open && <Row manifest={open} madeAt={undefined} />}
          {days.map((manifest) => (
            <Row key={manifest.id} manifest={manifest} madeAt={manifest.made_at} />
          ))}
        </Table>
      )}
      {read.hasNextPage && (
        <div className="border-t border-line px-5 py-3">
          <MoreButton of={read} small>
            Show earlier days
          </MoreButton>
        </div>
      )}
      <Check id={id} />
    </Panel>
  );
}

interface RowProps {
  readonly manifest: OpenManifest;
  /** Undefined while the day goes on. */
  readonly madeAt: string | undefined;
}

function Row({ manifest, madeAt }: RowProps) {
  const { day, from, to, count, hash, starts_chain } = manifest;
  return (
    <tr className="h-10 border-b border-line last:border-b-0">
      <th scope="row" className="py-1 pr-3 pl-5 text-left font-[560]">
        {dayOf(day)}
      </th>
      <td className="px-3 text-right">{count.toLocaleString()}</td>
      <td className="px-3 text-right text-ink-2">
        {from.toLocaleString()} to {to.toLocaleString()}
      </td>
      <td className="px-3">
        <span className="flex items-center gap-1">
          <code className="font-mono text-12" title={hash}>
            {hash.slice(0, 16)}…
          </code>
          <CopyButton text={hash} label={`Copy the hash of ${dayOf(day)}`} />
          {starts_chain && <Tag>starts a chain</Tag>}
        </span>
      </td>
      <td className="py-1 pr-5 pl-3 text-ink-2">
        {madeAt === undefined ? <Tag tone="sun">so far</Tag> : <Time at={madeAt} />}
      </td>
    </tr>
  );
}

const check = (id: string) => `import { createClient } from "heliograph/sdk";
import { manifestOf } from "heliograph/receiver";

const client = createClient({
  url: "${window.location.origin}",
  key: process.env.HELIOGRAPH_API_KEY,
});
const { data } = await client.manifests.list({ id: "${id}" });
const [manifest, before] = data; // newest first

// What you stored of each delivery: heliograph-sequence and webhook-id.
const stored = await yourEvents(manifest.from, manifest.to);
const { count, hash } = await manifestOf(
  stored, // [{ sequence, id }, …]
  manifest.starts_chain ? undefined : before.hash,
);
if (hash !== manifest.hash) throw new Error(\`\${count} of \${manifest.count}\`);`;

/** How a receiver finds out that it has all of a day. */
function Check({ id }: { readonly id: string }) {
  return (
    <details className="border-t border-line px-5 py-3">
      <summary className="cursor-pointer">How a receiver checks a day</summary>
      <div className="grid gap-2 pt-2">
        <p className="max-w-[75ch] text-ink-2">
          It computes count and hash from what it stored of the same positions. Where the count is
          the same and the hash is not, an event is another one; where the count is smaller, some
          are missing: account for the range below, and replay it.
        </p>
        <Code label="How a receiver checks a day" text={check(id)} />
      </div>
    </details>
  );
}
