import type { ButtonHTMLAttributes, ReactNode } from "react";
import { wordsFor } from "./useGuestPage.ts";

interface FrameProps {
  /** Who sent the link; nobody while that is not known. */
  readonly company?: string;
  readonly contact?: string | null;
  readonly children: ReactNode;
}

/** A page for a person with a phone in the hand: one column, one thing to do. */
export function Frame({ company, contact = null, children }: FrameProps) {
  return (
    <div className="mx-auto flex min-h-full w-full max-w-[600px] flex-col px-4 py-6 text-15 leading-6 sm:py-10">
      {company !== undefined && (
        <header className="mb-5 font-[620] break-words text-ink-2" dir="auto">
          {company}
        </header>
      )}
      <main className="grid flex-1 content-start gap-5">{children}</main>
      <footer className="mt-10 border-t border-line pt-4 text-13 text-ink-3">
        {company !== undefined && contact !== null && (
          <p className="break-words">
            Questions? {company}: {contact}
          </p>
        )}
        <p>Shown by Heliograph. This page is yours alone: do not pass its address on.</p>
      </footer>
    </div>
  );
}

/** Something that a page says in a box of its own. */
export function Card({ children }: { readonly children: ReactNode }) {
  return (
    <section className="rounded-panel border border-line bg-surface px-4 py-4 sm:px-6 sm:py-5">
      {children}
    </section>
  );
}

interface BigButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly look?: "strong" | "plain";
}

/** Large enough for a thumb. */
export function BigButton({ look = "plain", className = "", ...rest }: BigButtonProps) {
  const looks = {
    strong: "border-ink bg-ink text-canvas hover:opacity-90",
    plain: "border-line-2 bg-surface text-ink hover:bg-sunken",
  };
  return (
    <button
      type="button"
      {...rest}
      className={`min-h-12 w-full rounded-control border px-4 text-15 font-[600] disabled:opacity-50 ${looks[look]} ${className}`}
    />
  );
}

/** What went wrong, in plain words. */
export function Trouble({ error }: { readonly error: unknown }) {
  if (error === undefined) return null;
  return (
    <p role="alert" className="rounded-control bg-fail-tint px-4 py-3 break-words text-fail">
      {wordsFor(error)}
    </p>
  );
}

/** What was done. */
export function Done({ children }: { readonly children: ReactNode }) {
  return (
    <p
      role="status"
      className="rounded-control bg-ok-tint px-4 py-3 font-[560] break-words text-ok"
    >
      {children}
    </p>
  );
}
