import type { Attempt } from "../../../src/contract/resources/delivery.ts";
import { Circuit } from "../ui/Circuit.tsx";
import { spanOf, Time } from "../ui/Time.tsx";

const codes: Readonly<Record<string, string>> = {
  timeout: "No answer in time",
  egress_refused: "This installation may not send there",
  dns: "The name was not found",
  tls: "TLS failed",
  connection_refused: "Nobody listens there",
  connection_reset: "The connection broke off",
  aborted: "Broken off here",
  other: "The connection failed",
};

/** What an attempt got, in one line: the status, or why no answer came. */
export const answerWords = ({ status_code: status, error }: Attempt): string =>
  error === null
    ? String(status ?? "No answer")
    : `${codes[error] ?? error.replaceAll("_", " ")}${status === null ? "" : ` after ${status}`}`;

/** Whose failure it was judged to be. */
export const outcomeWords = {
  delivered: "Delivered",
  failed_event: "This event failed",
  failed_endpoint: "The receiver is down",
  gone: "The receiver wants no more",
} as const;

/** One attempt in full: the closed or open circuit, status, time, and what the receiver said. */
export function AttemptAnswer({ attempt }: { readonly attempt: Attempt }) {
  const isDelivered = attempt.outcome === "delivered";
  return (
    <div className="grid gap-2 rounded-control border border-line p-3">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-1">
        <span
          className={`flex items-center gap-2 font-[600] ${isDelivered ? "text-ok" : "text-fail"}`}
        >
          <Circuit fate={isDelivered ? "delivered" : "failed"} width={46} />
          {outcomeWords[attempt.outcome]}
        </span>
        <span>{answerWords(attempt)}</span>
        <span className="text-ink-2">in {spanOf(attempt.duration_ms)}</span>
        <span className="ml-auto text-12 text-ink-3">
          <Time at={attempt.attempted_at} as="seconds" />
        </span>
      </div>
      <Snippet text={attempt.response_snippet} />
    </div>
  );
}

/** What the receiver said. */
export function Snippet({ text }: { readonly text: string }) {
  if (text === "") return <p className="text-12 text-ink-3">The answer had no body.</p>;
  return (
    <pre
      tabIndex={0}
      role="group"
      aria-label="Answer of the receiver"
      className="max-h-40 overflow-auto rounded-tag bg-sunken px-2 py-1 font-mono text-12 whitespace-pre-wrap text-ink-2"
    >
      {text}
    </pre>
  );
}
