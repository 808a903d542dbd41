import { CopyButton } from "../ui/Copy.tsx";

interface ShownOnceProps {
  /** What it is, for example `Key of Sample Solar Sales`. */
  readonly label: string;
  readonly secret: string;
}

/** A secret that is shown this once, to be copied now. */
export function ShownOnce({ label, secret }: ShownOnceProps) {
  return (
    <div role="status" className="grid gap-1">
      <span className="text-12 font-[560] text-ink-2" dir="auto">
        {label}
      </span>
      <span className="flex items-start gap-2 rounded-control border border-line-2 bg-sunken py-2 pr-2 pl-3">
        <code className="min-w-0 flex-1 font-mono text-12 break-all">{secret}</code>
        <CopyButton text={secret} label={`Copy: ${label}`} />
      </span>
    </div>
  );
}

/** What to know of everything that is shown once. */
export const onceWords = "Copy it now: it is shown this once, and only its hash is kept.";
