import { createLink } from "@tanstack/react-router";
import type { AnchorHTMLAttributes } from "react";

interface AnchorProps extends AnchorHTMLAttributes<HTMLAnchorElement> {
  readonly strong?: boolean;
  readonly small?: boolean;
}

function Anchor({ strong = false, small = false, className = "", children, ...rest }: AnchorProps) {
  const look = strong
    ? "border-ink bg-ink text-canvas hover:opacity-90"
    : "border-line-2 bg-surface text-ink hover:bg-sunken";
  const size = small ? "h-[26px] px-2 text-12" : "h-8 px-3 text-13";
  return (
    <a
      {...rest}
      className={`inline-flex shrink-0 items-center justify-center gap-1.5 rounded-control border font-[560] whitespace-nowrap ${look} ${size} ${className}`}
    >
      {children}
    </a>
  );
}

/** A link that looks like a button: it leads somewhere and changes nothing. */
export const LinkButton = createLink(Anchor);
