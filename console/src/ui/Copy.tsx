import { Check, Copy as CopyIcon } from "lucide-react";
import { useState } from "react";

/** A button that copies a text, and says that it did. */
export function CopyButton({
  text,
  label = "Copy",
}: {
  readonly text: string;
  readonly label?: string;
}) {
  const [isCopied, setCopied] = useState(false);
  const copy = () => {
    void navigator.clipboard.writeText(text).then(() => {
      setCopied(true);
      setTimeout(() => setCopied(false), 1_500);
    });
  };
  const Icon = isCopied ? Check : CopyIcon;
  return (
    <button
      type="button"
      onClick={copy}
      aria-label={isCopied ? "Copied" : label}
      title={isCopied ? "Copied" : label}
      className="needs-script inline-flex size-6 shrink-0 items-center justify-center rounded-tag text-ink-3 hover:bg-sunken hover:text-ink"
    >
      <Icon size={13} aria-hidden />
    </button>
  );
}

/** An id, copyable whole. */
export function Id({ id }: { readonly id: string }) {
  return (
    <span className="inline-flex max-w-full items-center gap-0.5">
      <code className="truncate font-mono text-12 text-ink-2">{id}</code>
      <CopyButton text={id} label={`Copy ${id}`} />
    </span>
  );
}

/** An address of a receiver: two lines of it at most, and copyable whole. */
export function Address({ url }: { readonly url: string }) {
  return (
    <span className="inline-flex max-w-full items-start gap-0.5">
      <code title={url} className="line-clamp-2 font-mono text-12 break-all">
        {url}
      </code>
      <CopyButton text={url} label="Copy the address" />
    </span>
  );
}

/** Characters that are drawn without being asked for: more of them would hold up the page. */
const drawnAtMost = 50_000;

/** Text to be pasted elsewhere, with its button. Of a very long one the beginning is shown at first; it is copied whole. */
export function Code({ text, label }: { readonly text: string; readonly label?: string }) {
  const [isWhole, setWhole] = useState(false);
  const isCut = text.length > drawnAtMost && !isWhole;
  return (
    <div className="relative rounded-control bg-sunken">
      <pre
        tabIndex={0}
        aria-label={label ?? "Code"}
        className="max-h-[480px] overflow-auto p-3 pr-9 font-mono text-12 leading-[18px] text-ink"
      >
        {isCut ? `${text.slice(0, drawnAtMost)}…` : text}
      </pre>
      <span className="absolute top-1.5 right-1.5">
        <CopyButton text={text} />
      </span>
      {isCut && (
        <p className="flex flex-wrap items-center justify-between gap-2 border-t border-line px-3 py-2 text-12 text-ink-2">
          The beginning of {text.length.toLocaleString("en-US")} characters; all are copied.
          <button
            type="button"
            onClick={() => setWhole(true)}
            className="text-cell hover:underline"
          >
            Show all of it
          </button>
        </p>
      )}
    </div>
  );
}
