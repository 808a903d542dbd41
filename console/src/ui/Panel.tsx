import type { ReactNode } from "react";

interface PanelProps {
  readonly title?: ReactNode;
  readonly aside?: ReactNode;
  readonly children: ReactNode;
  readonly className?: string;
}

/** What belongs together, behind a hairline. */
export function Panel({ title, aside, children, className = "" }: PanelProps) {
  return (
    <section className={`rounded-panel border border-line bg-surface ${className}`}>
      {title !== undefined && (
        <header className="flex min-h-12 flex-wrap items-center justify-between gap-x-4 gap-y-1 border-b border-line px-5 py-2">
          <h2 className="min-w-0 break-words">{title}</h2>
          {aside}
        </header>
      )}
      {children}
    </section>
  );
}

/** Names with their values, as a list that reads well. */
export function Facts({ facts }: { readonly facts: readonly (readonly [string, ReactNode])[] }) {
  return (
    <dl className="grid grid-cols-1 gap-y-2 px-5 py-4">
      {facts.map(([name, value]) => (
        <div key={name} className="flex items-baseline justify-between gap-4">
          <dt className="max-w-[55%] shrink-0 break-words text-ink-2">{name}</dt>
          <dd className="min-w-0 text-right font-[560] break-words">
            {typeof value === "string" ? <bdi>{value}</bdi> : (value ?? "–")}
          </dd>
        </div>
      ))}
    </dl>
  );
}
