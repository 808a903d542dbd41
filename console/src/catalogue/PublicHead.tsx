import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect, type ReactNode } from "react";
import { sessionQuery } from "../session.ts";
import { ThemeSwitch } from "../shell/Shell.tsx";
import { LinkButton } from "../ui/LinkButton.tsx";

interface PublicPageProps {
  readonly title: string;
  readonly children: ReactNode;
}

/** A page that needs no sign-in: the mark, the theme, and the way in or back. */
export function PublicPage({ title, children }: PublicPageProps) {
  const { data: session, isPending } = useQuery(sessionQuery);
  useEffect(() => {
    document.title = `${title} · Heliograph`;
  }, [title]);
  return (
    <div className="flex h-full flex-col">
      <a
        href="#page"
        className="sr-only z-50 rounded-control bg-surface px-3 py-2 focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      >
        Skip to the page
      </a>
      <header className="flex h-[52px] shrink-0 items-center gap-3 border-b border-line bg-surface px-4 sm:px-7">
        <Link to="/event-types" className="flex min-w-0 items-center gap-2.5 rounded-control">
          <img src="/mark.svg" alt="" width={26} height={26} />
          <span className="text-15 font-[620]">Heliograph</span>
          <span className="hidden text-ink-2 sm:inline">Event catalogue</span>
        </Link>
        <span className="ml-auto flex items-center gap-2">
          {!isPending &&
            (session ? (
              <LinkButton to={session.organization ? "/" : "/organizations"}>
                Back to the console
              </LinkButton>
            ) : (
              <LinkButton to="/sign-in">Sign in</LinkButton>
            ))}
          <ThemeSwitch />
        </span>
      </header>
      <main id="page" tabIndex={-1} className="min-h-0 flex-1 overflow-y-auto outline-none">
        <div className="mx-auto max-w-[1280px] px-4 pt-6 pb-16 sm:px-7">{children}</div>
      </main>
    </div>
  );
}
