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

/** Characters that stay a title on a phone: three lines. */
const longTitle = 80;

/** Head and body of a page. */
export function Page({ title, summary, actions, children, fills = false }: PageProps) {
  useEffect(() => {
    document.title = `${title} · Heliograph`;
  }, [title]);
  return (
    <div className={fills ? "flex h-full min-h-0 flex-col" : "pb-12"}>
      <header className="flex flex-wrap items-start justify-between gap-3 px-4 pt-5 pb-4 sm:px-7">
        <div className="min-w-0">
          {/* A title of several lines is no title any more: a long one is set as text, and is whole at the pointer. */}
          <h1
            className={`text-left break-words ${title.length > longTitle ? "line-clamp-4 !text-15 !leading-5 !tracking-normal" : ""}`}
            title={title.length > longTitle ? title : undefined}
            dir="auto"
          >
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
