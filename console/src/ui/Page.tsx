import type { ReactNode } from "react";
import { useEffect } from "react";

interface PageProps {
  readonly title: string;
  readonly summary?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
  /** Fills the height and scrolls inside. */
  readonly fills?: boolean;
}

/** Head and body of a page. */
export function Page({ title, summary, actions, children, fills = false }: PageProps) {
  useEffect(() => {
    document.title = `${title} · Heliograph`;
  }, [title]);
  return (
    <div className={fills ? "flex h-full min-h-0 flex-col" : "pb-12"}>
      <header className="flex flex-wrap items-start justify-between gap-3 px-4 pt-5 pb-4 sm:px-7">
        <div className="min-w-0">
          <h1 className="break-words" dir="auto">
            {title}
          </h1>
          {summary !== undefined && <div className="mt-1 text-ink-2">{summary}</div>}
        </div>
        {actions !== undefined && (
          <div className="flex flex-wrap items-center gap-2">{actions}</div>
        )}
      </header>
      {children}
    </div>
  );
}
