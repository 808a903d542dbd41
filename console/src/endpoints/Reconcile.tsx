import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { api } from "../api.ts";
import { Button } from "../ui/Button.tsx";
import { TextField } from "../ui/Field.tsx";
import { Failure } from "../ui/Note.tsx";
import { Panel } from "../ui/Panel.tsx";
import { Tag } from "../ui/Tag.tsx";
import { counted } from "../ui/figures.ts";

const tones = { waiting: "retry", dead: "fail", skipped: "plain" } as const;
const words = { waiting: "Waiting", dead: "Given up", skipped: "Skipped" } as const;
/** As many of what was not delivered are shown. */
const shownAtMost = 100;

/** Accounts for a range of the feed: every matching event is delivered, skipped, waiting or given up. */
export function Reconcile({
  id,
  head,
}: {
  readonly id: string;
  readonly head: number | undefined;
}) {
  const [from, setFrom] = useState("1");
  const [to, setTo] = useState("");
  const [asked, ask] = useState<{ from: number; to?: number } | null>(null);
  const account = useQuery({
    queryKey: ["flow", "reconcile", id, asked],
    queryFn: () => api.endpoints.reconcile({ id, from: 0, ...asked }),
    enabled: asked !== null,
  });
  const isWhole = /^\d+$/.test(from) && /^\d*$/.test(to);
  return (
    <Panel title="Account for a range">
      <form
        className="flex flex-wrap items-end gap-3 px-5 py-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (isWhole) ask({ from: Number(from), ...(to !== "" && { to: Number(to) }) });
        }}
      >
        <div className="w-36">
          <TextField
            label="From position"
            inputMode="numeric"
            value={from}
            onChange={({ target }) => setFrom(target.value)}
          />
        </div>
        <div className="w-36">
          <TextField
            label="To position"
            inputMode="numeric"
            placeholder={head === undefined ? "the newest" : String(head)}
            value={to}
            onChange={({ target }) => setTo(target.value)}
          />
        </div>
        <Button type="submit" because={isWhole ? undefined : "Positions are whole numbers."}>
          Account for it
        </Button>
      </form>
      {account.isError && (
        <div className="px-5 pb-4">
          <Failure error={account.error} />
        </div>
      )}
      {account.data && <Account id={id} told={account.data} from={asked?.from ?? 0} />}
    </Panel>
  );
}

type Told = Awaited<ReturnType<typeof api.endpoints.reconcile>>;

function Account({
  id,
  told,
  from,
}: {
  readonly id: string;
  readonly told: Told;
  /** Position from which on an account was asked for. */
  readonly from: number;
}) {
  const { matching, delivered, skipped, waiting, dead, not_delivered: missing } = told;
  const first = missing[0]?.sequence;
  const last = missing.at(-1)?.sequence;
  return (
    <div className="grid gap-3 border-t border-line px-5 py-4" role="status">
      <p>
        Of {counted(matching, "event")} that match:{" "}
        <strong className="text-ok">{delivered.toLocaleString()} delivered</strong>,{" "}
        <strong className={waiting > 0 ? "text-retry" : ""}>
          {waiting.toLocaleString()} waiting
        </strong>
        , <strong className={dead > 0 ? "text-fail" : ""}>{dead.toLocaleString()} given up</strong>,{" "}
        <strong>{skipped.toLocaleString()} skipped</strong>. The sum is{" "}
        {(delivered + waiting + dead + skipped).toLocaleString()}.
      </p>
      {told.from > Math.max(1, from) && (
        <p>What came before position {told.from.toLocaleString()} is no longer kept.</p>
      )}
      {missing.length === 0 && matching > 0 && (
        <p className="text-ok">The receiver has all of them.</p>
      )}
      {first !== undefined && last !== undefined && dead + skipped > 0 && (
        <Link
          to="/endpoints/$id"
          params={{ id }}
          search={{ from: String(first), to: String(last) }}
          className="justify-self-start text-cell underline"
        >
          Replay positions {first.toLocaleString()} to {last.toLocaleString()}
        </Link>
      )}
      {missing.length > 0 && (
        <ul aria-label="Not delivered" className="grid gap-1">
          {missing.slice(0, shownAtMost).map((each) => (
            <li key={each.event_id} className="flex items-center gap-3">
              <span className="w-16 text-right text-ink-3 tabular-nums">{each.sequence}</span>
              <Link
                to="/events"
                search={{ event: each.event_id }}
                className="w-56 truncate font-mono text-12 text-cell underline"
              >
                {each.type}
              </Link>
              <Tag tone={tones[each.state]}>{words[each.state]}</Tag>
            </li>
          ))}
        </ul>
      )}
      {missing.length > shownAtMost && (
        <p className="text-12 text-ink-3">
          And {(missing.length - shownAtMost).toLocaleString()} more. Account for a smaller range to
          see them.
        </p>
      )}
    </div>
  );
}
