import { useMutation, useQuery } from "@tanstack/react-query";
import { useId, useState } from "react";
import type { Endpoint } from "../../../src/contract/resources/delivery.ts";
import { api } from "../api.ts";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { TextField } from "../ui/Field.tsx";
import { Failure } from "../ui/Note.tsx";
import { readAgain } from "./read.ts";
import { counted } from "../ui/figures.ts";

interface ResumeProps {
  readonly endpoint: Pick<Endpoint, "id" | "state">;
  readonly because: string | undefined;
  /** What the button says. */
  readonly label?: string;
  readonly small?: boolean;
  readonly onDone?: () => void;
}

/** Lets an endpoint go on: with all that waits, the newest only, or from elsewhere. Counted before it is done. */
export function ResumeButton({ endpoint, because, label, small, onDone }: ResumeProps) {
  const [isOpen, setOpen] = useState(false);
  const isActive = endpoint.state === "active" || endpoint.state === "backing_off";
  const words = label ?? (isActive ? "Go on from…" : "Resume");
  return (
    <>
      <Button
        {...(small !== undefined && { small })}
        look={isActive ? "plain" : "strong"}
        because={because}
        title={isActive ? "Go on from an earlier or later place of the feed" : undefined}
        onClick={() => setOpen(true)}
      >
        {words}
      </Button>
      <Dialog
        title={isActive ? "Go on from another place" : "Resume deliveries"}
        open={isOpen}
        onClose={() => setOpen(false)}
      >
        <Resume
          endpoint={endpoint}
          onDone={() => {
            setOpen(false);
            onDone?.();
          }}
        />
      </Dialog>
    </>
  );
}

type How = "all" | "latest" | "position" | "instant";

const ways: readonly (readonly [How, string, string])[] = [
  ["all", "With all that waits", "Every event, in order. Nothing is left out."],
  [
    "latest",
    "With the newest of each customer",
    "It holds the latest state. Those before it are skipped.",
  ],
  ["instant", "Since a time", "Everything since then, also what was sent before."],
  ["position", "After a position", "What comes after it, also what was sent before."],
];

function Resume({
  endpoint,
  onDone,
}: {
  readonly endpoint: Pick<Endpoint, "id" | "state">;
  readonly onDone: () => void;
}) {
  const { id, state } = endpoint;
  const isActive = state === "active";
  const [how, setHow] = useState<How>(isActive ? "instant" : "all");
  const [position, setPosition] = useState("");
  const [instant, setInstant] = useState("");
  const name = useId();
  const from = fromOf(how, position, instant);
  const plan = useQuery({
    queryKey: ["flow", "resumePlan", id, from ?? null, how],
    queryFn: () => api.endpoints.resume({ id, dry_run: true, ...(from !== undefined && { from }) }),
    enabled: how === "all" || from !== undefined,
    gcTime: 0,
  });
  const resume = useMutation({
    mutationFn: () => api.endpoints.resume({ id, ...(from !== undefined && { from }) }),
    async onSuccess() {
      await readAgain();
      onDone();
    },
  });
  const { would_send: sends = 0, would_skip: skips = 0, waiting = 0 } = plan.data ?? {};
  return (
    <form
      className="grid gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (plan.data) resume.mutate();
      }}
    >
      <fieldset className="grid gap-2">
        <legend className="sr-only">From where</legend>
        {ways
          .filter(([way]) => way !== "all" || !isActive)
          .map(([way, label, hint]) => (
            <label key={way} className="flex items-start gap-2">
              <input
                type="radio"
                name={name}
                checked={how === way}
                onChange={() => setHow(way)}
                className="mt-0.5 size-4 accent-cell"
              />
              <span>
                <span className="font-[560]">{label}</span>
                <span className="block text-12 text-ink-3">{hint}</span>
              </span>
            </label>
          ))}
      </fieldset>
      {how === "position" && (
        <TextField
          label="Position"
          type="number"
          min={0}
          value={position}
          onChange={({ target }) => setPosition(target.value)}
        />
      )}
      {how === "instant" && (
        <TextField
          label="Since"
          type="datetime-local"
          value={instant}
          onChange={({ target }) => setInstant(target.value)}
        />
      )}
      {plan.isError && <Failure error={plan.error} />}
      {plan.data && (
        <p role="status" className="rounded-control bg-sunken px-3 py-2">
          {counted(waiting, "event waits", "events wait")}. This sends{" "}
          <strong>{sends.toLocaleString()}</strong>
          {skips > 0 && (
            <>
              {" "}
              and skips <strong className="text-retry">{skips.toLocaleString()}</strong>, which are
              not sent unless they are replayed
            </>
          )}
          .
        </p>
      )}
      {resume.isError && <Failure error={resume.error} />}
      <div className="flex justify-end">
        <Button
          type="submit"
          look="strong"
          because={plan.data ? undefined : "Say from where first."}
          disabled={resume.isPending}
        >
          {isActive ? "Go on" : "Resume"}
          {plan.data && `, send ${sends.toLocaleString()}`}
        </Button>
      </div>
    </form>
  );
}

/** What the API is asked for; undefined for all that waits, and while it is not told. */
function fromOf(how: How, position: string, instant: string): number | string | undefined {
  if (how === "latest") return "latest";
  if (how === "position" && /^\d+$/.test(position)) return Number(position);
  if (how !== "instant" || instant === "") return undefined;
  const at = new Date(instant);
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString();
}
