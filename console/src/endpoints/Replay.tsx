import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Endpoint } from "../../../src/contract/resources/delivery.ts";
import { api } from "../api.ts";
import { Button } from "../ui/Button.tsx";
import { SelectField, TextField } from "../ui/Field.tsx";
import { Failure } from "../ui/Note.tsx";
import { Panel } from "../ui/Panel.tsx";
import { readAgain } from "./read.ts";
import { counted } from "../ui/figures.ts";
import { useOwnTypes } from "./TypeTree.tsx";
import { useSettled } from "./useSettled.ts";

interface ReplayProps {
  readonly endpoint: Endpoint;
  /** Newest position of the feed. */
  readonly head: number | undefined;
  /** Positions that the address asks for: those of a gap. */
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly because: string | undefined;
}

type Asked = Parameters<typeof api.endpoints.replay>[0];

/** Sends a range of the feed again, counted before anything is sent. */
export function Replay({ endpoint, head, from, to, because }: ReplayProps) {
  const { id, state } = endpoint;
  const [first, setFirst] = useState(from ?? "");
  const [last, setLast] = useState(to ?? "");
  const [type, setType] = useState("");
  const [customer, setCustomer] = useState("");
  const types = useOwnTypes();
  const typed = JSON.stringify(askedOf({ id, first, last, type, customer }));
  const settled = useSettled(typed);
  const asked = JSON.parse(settled) as Asked | null;
  const plan = useQuery({
    queryKey: ["flow", "replayPlan", settled],
    queryFn: () => api.endpoints.replay({ ...(asked as Asked), dry_run: true }),
    enabled: asked !== null && because === undefined,
    gcTime: 0,
  });
  const replay = useMutation({
    mutationFn: () => api.endpoints.replay(asked as Asked),
    onSettled: readAgain,
  });
  // What is shown and what is sent are the same: not the count of what stood there before.
  const counts = typed === settled ? plan.data : undefined;
  const whyNot =
    because ??
    (asked === null
      ? "Give the first and the last position."
      : counts?.queued === 0
        ? "Nothing of it has to be sent again: it is on its way anyway, or nothing matches."
        : counts
          ? undefined
          : "Counting…");
  return (
    <Panel
      title={from === undefined ? "Replay" : "Replay the gap"}
      className={from === undefined ? "" : "!border-cell"}
      aside={
        <span className="text-12 text-ink-2">
          Events keep their ids, so that a receiver knows them again
        </span>
      }
    >
      <form
        className="grid gap-3 px-5 py-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (whyNot === undefined) replay.mutate();
        }}
      >
        <div className="grid items-start gap-3 sm:grid-cols-2 lg:grid-cols-4">
          <TextField
            label="From position"
            inputMode="numeric"
            value={first}
            onChange={({ target }) => setFirst(target.value)}
          />
          <TextField
            label="To position"
            inputMode="numeric"
            hint={head === undefined ? undefined : `The newest is ${head.toLocaleString()}.`}
            value={last}
            onChange={({ target }) => setLast(target.value)}
          />
          <SelectField
            label="Event"
            value={type}
            onChange={setType}
            options={[["", "All"], ...types.map((each) => [each.type, each.type] as const)]}
          />
          <TextField
            label="Customer (optional)"
            placeholder="cus_…"
            value={customer}
            onChange={({ target }) => setCustomer(target.value.trim())}
          />
        </div>
        {plan.isError && <Failure error={plan.error} />}
        {replay.isError && <Failure error={replay.error} />}
        <div className="flex flex-wrap items-center justify-between gap-3">
          <p role="status" className="text-ink-2">
            {replay.isSuccess && !replay.isPending
              ? `Replay of ${counted(replay.data.queued, "event")} started; see its progress below.`
              : counts
                ? planWords(counts, state)
                : "Counted before anything is sent."}
          </p>
          <Button type="submit" look="strong" because={whyNot} disabled={replay.isPending}>
            {counts && counts.queued > 0 ? `Replay, ${counts.queued.toLocaleString()}` : "Replay"}
          </Button>
        </div>
      </form>
    </Panel>
  );
}

/** What a replay would do, and when. */
function planWords(
  { matched, queued }: { matched: number; queued: number },
  state: Endpoint["state"],
): string {
  const matching = counted(matched, "event matches", "events match");
  if (matched === 0) return "No event matches.";
  if (queued === 0) return `${matching}, all of them waiting anyway: nothing to send again.`;
  const when = state === "active" ? "" : " They go when the endpoint takes deliveries again.";
  return `${matching}, ${queued.toLocaleString()} to be sent again.${when}`;
}

interface Typed {
  readonly id: string;
  readonly first: string;
  readonly last: string;
  readonly type: string;
  readonly customer: string;
}

/** What is asked for; null while it is not whole. */
function askedOf({ id, first, last, type, customer }: Typed): Asked | null {
  const [from, to] = [Number(first), Number(last)];
  const isWhole = [first, last].every((text) => /^\d+$/.test(text)) && from >= 1 && to >= from;
  if (!isWhole) return null;
  return {
    id,
    from,
    to,
    ...(type !== "" && { types: [type] }),
    ...(customer !== "" && { customer_id: customer }),
  };
}
