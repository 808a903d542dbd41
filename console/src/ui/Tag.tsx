import type { ReactNode } from "react";

const tones = {
  plain: "bg-sunken text-ink-2",
  ok: "bg-ok-tint text-ok",
  retry: "bg-retry-tint text-retry",
  fail: "bg-fail-tint text-fail",
  sun: "bg-sun text-sun-ink",
  cell: "bg-cell-tint text-cell",
} as const;
export type Tone = keyof typeof tones;

/** A word about a state. */
export function Tag({
  tone = "plain",
  children,
}: {
  readonly tone?: Tone;
  readonly children: ReactNode;
}) {
  return (
    <span
      className={`inline-flex items-center gap-1 rounded-tag px-1.5 py-px text-12 font-[560] whitespace-nowrap ${tones[tone]}`}
    >
      {children}
    </span>
  );
}

/** A snake_case code of the contract as people read it. */
export const inWords = (code: string): string =>
  code.charAt(0).toUpperCase() + code.slice(1).replaceAll("_", " ");
