import type { ButtonHTMLAttributes, ReactNode } from "react";

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly look?: "plain" | "strong" | "quiet" | "danger";
  readonly small?: boolean;
  readonly icon?: ReactNode;
  /** Why it cannot be used now: it stays reachable by keyboard and says so. */
  readonly because?: string | undefined;
}

const looks = {
  plain: "border border-line-2 bg-surface text-ink hover:bg-sunken",
  strong: "border border-ink bg-ink text-canvas hover:opacity-90",
  quiet: "border border-transparent text-ink-2 hover:bg-sunken hover:text-ink",
  danger: "border border-fail bg-surface text-fail hover:bg-fail-tint",
} as const;

/** A button says what happens. One that cannot be used says why. */
export function Button({
  look = "plain",
  small = false,
  icon,
  because,
  children,
  className = "",
  onClick,
  ...rest
}: ButtonProps) {
  const size = small ? "h-[26px] px-2 text-12" : "h-8 px-3 text-13";
  return (
    <button
      type="button"
      {...rest}
      aria-disabled={because === undefined ? undefined : true}
      title={because ?? rest.title}
      onClick={because === undefined ? onClick : (event) => event.preventDefault()}
      className={`inline-flex shrink-0 items-center justify-center gap-1.5 rounded-control font-[560] whitespace-nowrap disabled:opacity-50 aria-disabled:cursor-not-allowed aria-disabled:text-ink-3 ${looks[look]} ${because === undefined ? "" : "!border-line !bg-sunken"} ${size} ${className}`}
    >
      {icon}
      {children}
    </button>
  );
}
