import type { ReactNode } from "react";
import { isForbidden, wordsOf } from "../api.ts";
import { Button } from "./Button.tsx";
import { Circuit } from "./Circuit.tsx";

/** What failed, on whose side, what to do. */
export function Failure({
  error,
  retry,
}: {
  readonly error: unknown;
  readonly retry?: () => void;
}) {
  return (
    <div
      role="alert"
      className="flex flex-wrap items-center justify-between gap-3 rounded-control bg-fail-tint px-3 py-2 text-fail"
    >
      <span className="min-w-0 break-words">{wordsOf(error, retry ? "reading" : "change")}</span>
      {retry && !isForbidden(error) && (
        <Button small onClick={retry}>
          Try again
        </Button>
      )}
    </div>
  );
}

interface EmptyProps {
  readonly title: string;
  readonly action?: ReactNode;
  /** The line that does the same from a terminal. */
  readonly command?: string;
}

/** Nothing yet: one sentence, one action, and the line for a terminal. */
export function Empty({ title, action, command }: EmptyProps) {
  return (
    <div className="flex flex-col items-center gap-3 px-6 py-12 text-center text-ink-2">
      <Circuit fate="none" width={46} />
      <p>{title}</p>
      {action}
      {command !== undefined && (
        <code className="rounded-tag bg-sunken px-2 py-1 font-mono text-12 text-ink-2">
          {command}
        </code>
      )}
    </div>
  );
}

/** Rows to come, with the widths of real ones. */
export function Skeleton({ rows = 6 }: { readonly rows?: number }) {
  return (
    <div role="status" aria-label="Loading" className="grid gap-3 px-5 py-4">
      {Array.from({ length: rows }, (_, row) => (
        <div
          key={row}
          className="h-4 animate-pulse rounded-tag bg-sunken"
          style={{ width: `${92 - ((row * 17) % 40)}%` }}
        />
      ))}
    </div>
  );
}
