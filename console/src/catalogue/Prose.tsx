import type { ReactNode } from "react";

/** A sentence of the contract, with what it sets in backticks or stars set apart. */
export function Prose({ text }: { readonly text: string }): ReactNode {
  return text.split(/(`[^`]+`|\*[^*]+\*)/).map((part, position) => {
    const inner = part.slice(1, -1);
    // The parts of one sentence never change their places.
    if (part.startsWith("`")) {
      return (
        <code key={position} className="font-mono text-[0.94em]">
          {inner}
        </code>
      );
    }
    return part.startsWith("*") && part.length > 2 ? <em key={position}>{inner}</em> : part;
  });
}
