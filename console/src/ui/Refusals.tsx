import type { Refused } from "../batch.ts";
import { Refusal } from "./Notice.tsx";

interface RefusalsProps<Item> {
  readonly refused: readonly Refused<Item>[];
  /** What a thing is called. */
  readonly nameOf: (item: Item) => string;
}

/** Everything that was refused of many, each with its rule. */
export function Refusals<Item>({ refused, nameOf }: RefusalsProps<Item>) {
  if (refused.length === 0) return null;
  return (
    <ul
      aria-label="Refused"
      className="grid gap-2 rounded-control border border-fail bg-surface px-3 py-2"
    >
      {refused.map(({ item, error }, position) => (
        // oxlint-disable-next-line react/no-array-index-key -- two may have one name, and the list stays as it is
        <li key={position} className="break-words">
          <Refusal what={nameOf(item)} error={error} />
        </li>
      ))}
    </ul>
  );
}
