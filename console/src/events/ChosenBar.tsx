import { useState } from "react";
import type { EventEnvelope } from "../../../src/contract/catalogue.ts";
import { Button } from "../ui/Button.tsx";
import { counted } from "../ui/figures.ts";
import type { Chosen } from "../ui/useChosen.ts";
import { saveEvents } from "./exportFeed.ts";
import { ResendDialog } from "./ResendDialog.tsx";

interface ChosenBarProps {
  readonly chosen: Chosen<EventEnvelope>;
  /** The endpoint that is filtered by, so that only that is sent to. */
  readonly endpoint: string | undefined;
  /** Why events may not be sent again; undefined when they may. */
  readonly because: string | undefined;
}

/** What can be done with the events that are chosen. */
export function ChosenBar({ chosen, endpoint, because }: ChosenBarProps) {
  const [isResending, setResending] = useState(false);
  const [isCopied, setCopied] = useState(false);
  const { rows: events, clear } = chosen;
  const copy = async () => {
    await navigator.clipboard.writeText(events.map(({ id }) => `${id}\n`).join(""));
    setCopied(true);
    setTimeout(() => setCopied(false), 1_500);
  };
  return (
    <div
      role="group"
      aria-label="Chosen events"
      className="flex flex-wrap items-center gap-2 border-t border-line bg-cell-tint px-4 py-2 sm:px-7"
    >
      <span role="status" className="mr-2 font-[560]">
        {counted(events.length, "event")} chosen
      </span>
      <Button small because={because} onClick={() => setResending(true)}>
        Resend…
      </Button>
      <Button small onClick={() => void copy()}>
        {isCopied ? "Copied" : "Copy ids"}
      </Button>
      <Button small onClick={() => saveEvents(events.toReversed())}>
        Export {events.length.toLocaleString()}
      </Button>
      <Button small look="quiet" onClick={clear}>
        Choose none
      </Button>
      {isResending && (
        <ResendDialog events={events} endpoint={endpoint} onClose={() => setResending(false)} />
      )}
    </div>
  );
}
