import { useMutation, useQuery } from "@tanstack/react-query";
import type { Replay } from "../../../src/contract/resources/replay.ts";
import { api } from "../api.ts";
import { Button } from "../ui/Button.tsx";
import { Failure } from "../ui/Note.tsx";
import { Panel } from "../ui/Panel.tsx";
import { Tag } from "../ui/Tag.tsx";
import { Time } from "../ui/Time.tsx";
import { idleMs, readAgain } from "./read.ts";

/** How often a running replay is looked at, in milliseconds. */
const runningMs = 1_000;

const words = { running: "Running", done: "Done", cancelled: "Cancelled" } as const;
const tones = { running: "sun", done: "ok", cancelled: "plain" } as const;

/** Ranges that were sent again, newest first, with how far each has come. */
export function Replays({
  id,
  because,
}: {
  readonly id: string;
  readonly because: string | undefined;
}) {
  const replays = useQuery({
    queryKey: ["flow", "replays", id],
    queryFn: () => api.replays.list({ id, limit: 20 }),
    refetchInterval: ({ state }) =>
      state.data?.data.some((each) => each.state === "running") ? runningMs : idleMs,
  });
  if (replays.isError)
    return <Failure error={replays.error} retry={() => void replays.refetch()} />;
  const all = replays.data?.data ?? [];
  if (all.length === 0) return null;
  return (
    <Panel title="Replays" aside={<span className="text-12 text-ink-2">Newest first</span>}>
      <ul aria-label="Replays">
        {all.map((replay) => (
          <li key={replay.id} className="border-b border-line px-5 py-3 last:border-b-0">
            <One replay={replay} because={because} />
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function One({
  replay,
  because,
}: {
  readonly replay: Replay;
  readonly because: string | undefined;
}) {
  const { id, state, queued, sent, remaining } = replay;
  const cancel = useMutation({
    mutationFn: () => api.replays.cancel({ id }),
    onSettled: readAgain,
  });
  return (
    <div className="grid gap-2">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-1">
        <Tag tone={tones[state]}>{words[state]}</Tag>
        <span>
          Positions {replay.from.toLocaleString()} to {replay.to.toLocaleString()}
        </span>
        {replay.types && (
          <code className="truncate font-mono text-12 text-ink-2">{replay.types.join(", ")}</code>
        )}
        <span className="text-ink-2 tabular-nums">
          {sent.toLocaleString()} of {queued.toLocaleString()} sent
        </span>
        <span className="ml-auto text-12 text-ink-3">
          <Time at={replay.created_at} as="full" />
        </span>
        {state === "running" && (
          <Button
            small
            because={because}
            disabled={cancel.isPending}
            title="What was sent stays sent"
            onClick={() => cancel.mutate()}
          >
            Cancel, {remaining.toLocaleString()} left
          </Button>
        )}
      </div>
      {state === "running" && (
        <div
          role="progressbar"
          aria-label={`Replay of positions ${replay.from} to ${replay.to}`}
          aria-valuemin={0}
          aria-valuemax={queued}
          aria-valuenow={sent}
          className="h-1.5 overflow-hidden rounded-full bg-sunken"
        >
          <div
            className="h-full rounded-full bg-sun"
            style={{ width: `${(100 * sent) / Math.max(1, queued)}%` }}
          />
        </div>
      )}
      {cancel.isError && <Failure error={cancel.error} />}
    </div>
  );
}
