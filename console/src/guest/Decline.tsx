import { useState } from "react";
import { BigButton } from "./Frame.tsx";
import type { OpenPage } from "./useGuestPage.ts";

interface DeclineProps {
  readonly open: OpenPage;
  /** What the button that declines says. */
  readonly action: string;
  /** What the button that does not says. */
  readonly keep: string;
  readonly onKeep: () => void;
}

/** Asks why, which may be left empty, and declines. No form: it may stand in one. */
export function Decline({ open, action, keep, onKeep }: DeclineProps) {
  const [reason, setReason] = useState("");
  const decline = () => {
    const said = reason.trim();
    void open.act((holder) => holder.decline(said === "" ? {} : { reason: said }));
  };
  return (
    <div className="grid gap-3">
      <label className="grid gap-1">
        <span className="font-[560]">Why not? You may leave this empty.</span>
        <textarea
          value={reason}
          onChange={(event) => setReason(event.target.value)}
          rows={3}
          maxLength={1000}
          className="w-full rounded-control border border-line-2 bg-surface px-3 py-2 text-ink"
        />
      </label>
      <BigButton look="strong" disabled={open.isBusy} onClick={decline}>
        {action}
      </BigButton>
      <BigButton disabled={open.isBusy} onClick={onKeep}>
        {keep}
      </BigButton>
    </div>
  );
}
