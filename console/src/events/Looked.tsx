import { Button } from "../ui/Button.tsx";
import { counted } from "../ui/figures.ts";
import type { Found } from "./outcome.ts";

/** How many events were looked through for those that are shown: the rest of the feed is not known to hold none. */
export function Looked({ found }: { readonly found: Found }) {
  const { rows, looked, isLooking, lookOn } = found;
  return (
    <div className="flex min-h-[26px] flex-wrap items-center gap-3 px-4 pb-2 text-12 text-ink-2 sm:px-7">
      <span role="status">
        {rows.length.toLocaleString()} of {counted(looked, "event")} looked through
        {isLooking
          ? ", looking further back…"
          : lookOn
            ? ", newest first; older ones were not looked at."
            : ", which are all that there are."}
      </span>
      {lookOn && (
        <Button small onClick={lookOn}>
          Look further back
        </Button>
      )}
    </div>
  );
}
