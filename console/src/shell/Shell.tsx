import { Link, Outlet, useNavigate } from "@tanstack/react-router";
import { BookText, LogOut, Menu, Moon, Search, Sun } from "lucide-react";
import { lazy, Suspense, useEffect, useState } from "react";
import { closeStream, useLive } from "../live.ts";
import { signOut, useSession } from "../session.ts";
import { spanOf, useNow } from "../ui/Time.tsx";
import { placesOf } from "./places.ts";

const CommandMenu = lazy(async () => ({
  default: (await import("./CommandMenu.tsx")).CommandMenu,
}));

/** The rail, the bar above, and the page. */
export function Shell() {
  const [isRailOpen, setRailOpen] = useState(false);
  const [isMenuOpen, setMenuOpen] = useState(false);
  useEffect(() => {
    const open = (event: KeyboardEvent) => {
      if (event.key !== "k" || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      setMenuOpen(true);
    };
    window.addEventListener("keydown", open);
    return () => window.removeEventListener("keydown", open);
  }, []);
  return (
    <div className="flex h-full">
      <a
        href="#page"
        className="sr-only z-50 rounded-control bg-surface px-3 py-2 focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      >
        Skip to the page
      </a>
      <Rail isOpen={isRailOpen} onLeave={() => setRailOpen(false)} />
      <div className="flex min-w-0 flex-1 flex-col">
        <header className="flex h-[52px] shrink-0 items-center gap-2 border-b border-line bg-surface px-3 sm:px-5">
          <button
            type="button"
            aria-label="Menu"
            aria-expanded={isRailOpen}
            onClick={() => setRailOpen(!isRailOpen)}
            className="inline-flex size-9 items-center justify-center rounded-control hover:bg-sunken lg:hidden"
          >
            <Menu size={18} aria-hidden />
          </button>
          <LiveChip />
          <button
            type="button"
            onClick={() => setMenuOpen(true)}
            className="ml-auto flex h-8 w-full max-w-[300px] items-center gap-2 rounded-control bg-sunken px-2.5 text-ink-3 hover:text-ink"
          >
            <Search size={14} aria-hidden />
            <span className="truncate">Find a deal, event or endpoint</span>
            <kbd className="ml-auto hidden rounded-tag border border-line-2 px-1 font-mono text-12 sm:inline">
              Ctrl K
            </kbd>
          </button>
          <ThemeSwitch />
        </header>
        <main id="page" tabIndex={-1} className="min-h-0 flex-1 overflow-y-auto outline-none">
          <Outlet />
        </main>
      </div>
      {isMenuOpen && (
        <Suspense>
          <CommandMenu open onClose={() => setMenuOpen(false)} />
        </Suspense>
      )}
    </div>
  );
}

function Rail({ isOpen, onLeave }: { readonly isOpen: boolean; readonly onLeave: () => void }) {
  const session = useSession();
  const navigate = useNavigate();
  const mine = placesOf(session);
  const groups = [...new Set(mine.map(({ group }) => group))];
  const leave = async () => {
    closeStream();
    await signOut();
    await navigate({ to: "/sign-in" });
  };
  return (
    <>
      {isOpen && (
        <div
          aria-hidden
          onClick={onLeave}
          className="fixed inset-0 z-20 bg-[rgb(7_13_22/0.45)] lg:hidden"
        />
      )}
      <nav
        aria-label="Pages"
        onKeyDown={(event) => event.key === "Escape" && onLeave()}
        className={`fixed inset-y-0 left-0 z-30 w-[224px] flex-col overflow-y-auto bg-nav text-nav-ink lg:static lg:flex ${isOpen ? "flex" : "hidden"}`}
      >
        <div className="flex items-center gap-2.5 px-5 pt-4 pb-3">
          <img src="/mark.svg" alt="" width={26} height={26} />
          <span className="text-15 font-[620] text-[#fff]">Heliograph</span>
        </div>
        <div className="mx-3 rounded-control border border-nav-line px-3 py-2">
          <div className="truncate font-[600] text-[#fff]" dir="auto">
            {session.organization?.name ?? "Operator"}
          </div>
          <div className="truncate text-12 text-nav-ink-2">
            {roleWords(session.organization?.roles)}
          </div>
        </div>
        {groups.map((group) => (
          <div key={group} className="px-3 pt-5">
            <h2 className="px-2 pb-1 text-12 font-[500] text-nav-ink-2">{group}</h2>
            <ul>
              {mine
                .filter((place) => place.group === group)
                .map(({ to, label, icon: Icon }) => (
                  <li key={to}>
                    <Link
                      to={to}
                      onClick={onLeave}
                      activeOptions={{ exact: to === "/" }}
                      className="flex h-8 items-center gap-2.5 rounded-control px-2 hover:bg-nav-on"
                      activeProps={{ className: "bg-nav-on text-[#fff] [&>svg]:text-sun" }}
                    >
                      <Icon size={15} aria-hidden />
                      {label}
                    </Link>
                  </li>
                ))}
            </ul>
          </div>
        ))}
        {/* Pages of their own, beside the console. */}
        <a
          href="/docs"
          className="mx-3 mb-4 flex h-8 items-center gap-2.5 rounded-control px-2 hover:bg-nav-on"
        >
          <BookText size={15} aria-hidden />
          Documentation
        </a>
        <div className="mt-auto flex items-center gap-2 border-t border-nav-line px-5 py-3">
          <div className="min-w-0 flex-1">
            <div className="truncate text-[#fff]" dir="auto">
              {session.actor.name ?? "Key without a name"}
            </div>
            <div className="text-12 text-nav-ink-2">Signed in</div>
          </div>
          <button
            type="button"
            aria-label="Sign out"
            title="Sign out"
            onClick={() => void leave()}
            className="inline-flex size-8 items-center justify-center rounded-control hover:bg-nav-on"
          >
            <LogOut size={15} aria-hidden />
          </button>
        </div>
      </nav>
    </>
  );
}

function roleWords(roles: readonly string[] | undefined): string {
  if (!roles) return "Runs this installation";
  const words = { sales_org: "Sales organization", epc: "EPC installer" } as Record<string, string>;
  return roles.map((role) => words[role] ?? role).join(" and ");
}

/** Whether what is shown is the present; never pretends. */
function LiveChip() {
  const { status, lastAt } = useLive();
  const now = useNow(5_000);
  if (status === "off") return null;
  return (
    <span
      role="status"
      className={`inline-flex h-7 items-center gap-2 rounded-control px-2.5 text-12 font-[560] whitespace-nowrap ${status === "live" ? "bg-sun text-sun-ink" : "bg-sunken text-ink-2"}`}
    >
      <span
        aria-hidden
        className={`size-2 rounded-full ${status === "live" ? "beat bg-sun-ink" : "bg-ink-3"}`}
      />
      {status === "live" ? "Live" : status === "connecting" ? "Connecting…" : "Reconnecting…"}
      {status === "reconnecting" && lastAt !== null && (
        <span className="hidden sm:inline">last event {spanOf(now - lastAt)} ago</span>
      )}
    </span>
  );
}

/** The theme that is shown; pages that are written ahead know none. */
const themeNow = () =>
  (typeof document === "undefined" ? undefined : document.documentElement.dataset["theme"]) ??
  "light";

/** Light or dark, kept in this browser. */
export function ThemeSwitch() {
  const [theme, setTheme] = useState(themeNow);
  const next = theme === "dark" ? "light" : "dark";
  const change = () => {
    document.documentElement.dataset["theme"] = next;
    localStorage.setItem("heliograph.theme", next);
    setTheme(next);
  };
  const Icon = theme === "dark" ? Sun : Moon;
  return (
    <button
      type="button"
      aria-label={`Use the ${next} theme`}
      title={`Use the ${next} theme`}
      onClick={change}
      className="needs-script inline-flex size-8 shrink-0 items-center justify-center rounded-control border border-line hover:bg-sunken"
    >
      <Icon size={14} aria-hidden />
    </button>
  );
}
