import { useMutation, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { Receipt } from "../../../src/contract/resources/inlet.ts";
import { api } from "../api.ts";
import { useWhyNot } from "../rights.ts";
import { Button } from "../ui/Button.tsx";
import { Failure, Skeleton } from "../ui/Note.tsx";
import { save } from "../ui/save.ts";
import { Table } from "../ui/Table.tsx";
import { Tag } from "../ui/Tag.tsx";
import { Time } from "../ui/Time.tsx";
import { outcomes, readAgain, receiptsQuery } from "./read.ts";

const columns = [
  "Came",
  "Event",
  "About",
  "What became of it",
  { label: "Bytes", isNumber: true },
  { label: "Body", isUnseen: true },
];

/** What an inlet took last, and what became of it. */
export function Receipts({ inletId }: { readonly inletId: string }) {
  const receipts = useQuery(receiptsQuery(inletId));
  if (receipts.isPending) return <Skeleton rows={3} />;
  if (receipts.isError) {
    return (
      <div className="p-5">
        <Failure error={receipts.error} retry={() => void receipts.refetch()} />
      </div>
    );
  }
  const { data } = receipts.data;
  if (data.length === 0) {
    return <p className="px-5 py-6 text-ink-2">Nothing came yet.</p>;
  }
  return (
    <Table label="What came last" columns={columns} className="min-w-[860px]">
      {data.map((receipt) => (
        <Row key={receipt.id} receipt={receipt} />
      ))}
    </Table>
  );
}

function Row({ receipt }: { readonly receipt: Receipt }) {
  const [word, tone] = outcomes[receipt.outcome];
  const { entity, event_id, doubles_event_id } = receipt;
  const cell = "px-3 py-2 first:pl-5 last:pr-5";
  return (
    <tr className="border-b border-line last:border-0">
      <td className={`${cell} text-ink-2`}>
        <Time at={receipt.received_at} as="seconds" />
      </td>
      <td className={`${cell} max-w-[240px] truncate font-mono text-12`}>
        {receipt.vendor_event ?? "not named"}
      </td>
      <td className={`${cell} max-w-[220px] truncate`}>
        <bdi>{entity ? `${entity.kind.replaceAll("_", " ")} ${entity.id}` : "–"}</bdi>
      </td>
      <td className={cell}>
        <span className="flex flex-wrap items-center gap-2">
          <Tag tone={tone}>{word}</Tag>
          {event_id === null ? (
            doubles_event_id !== null && <ToEvent id={doubles_event_id} word="of this event" />
          ) : (
            <ToEvent id={event_id} word={receipt.released_at === null ? "event" : "released"} />
          )}
        </span>
      </td>
      <td className={`${cell} text-right text-ink-2`}>{receipt.bytes.toLocaleString("en-US")}</td>
      <td className={`${cell} text-right`}>
        <Acts receipt={receipt} />
      </td>
    </tr>
  );
}

const ToEvent = ({ id, word }: { readonly id: string; readonly word: string }) => (
  <Link to="/events" search={{ event: id }} className="text-12 text-cell underline">
    {word}
  </Link>
);

function Acts({ receipt: { id, event_id } }: { readonly receipt: Receipt }) {
  const mayNotRead = useWhyNot("getReceiptBody");
  const mayNotRelease = useWhyNot("releaseReceipt");
  const act = useMutation({
    async mutationFn(what: "read" | "release") {
      if (what === "read") save(await api.receiptBodies.get({ id }), `${id}.txt`);
      else await api.receipts.release({ id });
    },
    onSettled: readAgain,
  });
  return (
    <span className="inline-flex items-center gap-2">
      {act.isError && <Failure error={act.error} />}
      {event_id === null && (
        <Button small because={mayNotRelease} onClick={() => act.mutate("release")}>
          Release
        </Button>
      )}
      <Button small look="quiet" because={mayNotRead} onClick={() => act.mutate("read")}>
        Body
      </Button>
    </span>
  );
}
