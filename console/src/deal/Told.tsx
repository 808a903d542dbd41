import { useState } from "react";
import type { EventEnvelope } from "../../../src/contract/catalogue.ts";
import type { Party } from "../../../src/contract/meta.ts";
import { partyWords } from "../catalogue/Audience.tsx";
import { counted } from "../ui/figures.ts";
import { tellingOf, whyNotTold } from "./told.ts";

interface ToldProps {
  readonly event: EventEnvelope;
  readonly role: Party;
}

/** What one side was told of an event, with what was kept from it marked. */
export function Told({ event, role }: ToldProps) {
  const why = whyNotTold(event, role);
  const party = partyWords[role];
  if (why !== undefined) {
    return (
      <p className="text-12 text-ink-3">
        {party} not told. {why}.
      </p>
    );
  }
  return <Telling event={event} role={role} />;
}

function Telling({ event, role }: ToldProps) {
  const [isOpen, setOpen] = useState(false);
  const { lines, hidden } = tellingOf(event, role);
  return (
    <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary className="cursor-pointer text-12">
        {partyWords[role]} told
        {hidden.length > 0 && (
          <span className="text-retry">, {counted(hidden.length, "field")} kept back</span>
        )}
      </summary>
      {hidden.length > 0 && (
        <p className="mt-1 text-12 break-words text-retry">
          Kept back: <code className="font-mono">{hidden.join(", ")}</code>
        </p>
      )}
      {isOpen && (
        <pre
          tabIndex={0}
          aria-label={`What ${partyWords[role]} was told`}
          className="mt-1 max-h-[360px] overflow-auto rounded-control bg-sunken py-2 font-mono text-12 leading-[18px] text-ink"
        >
          {lines.map(({ text, isHidden }, position) => (
            // oxlint-disable-next-line react/no-array-index-key -- a line is its place
            <span
              key={position}
              className={`block px-3 ${isHidden ? "bg-retry-tint text-retry" : ""}`}
            >
              {text}
              {isHidden && <span className="sr-only"> (kept back)</span>}
            </span>
          ))}
        </pre>
      )}
    </details>
  );
}
