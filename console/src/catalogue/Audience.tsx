import type { Party } from "../../../src/contract/meta.ts";
import { Tag } from "../ui/Tag.tsx";

/** The two sides of the flow, as chips have room for. */
export const partyWords: Readonly<Record<Party, string>> = {
  sales_org: "Sales org",
  epc: "EPC",
};

/** Who gets an event. */
export function Audience({ audience }: { readonly audience: readonly Party[] }) {
  return (
    <span className="inline-flex flex-wrap gap-1">
      {audience.map((party) => (
        <Tag key={party} tone={party === "epc" ? "cell" : "plain"}>
          {partyWords[party]}
        </Tag>
      ))}
    </span>
  );
}
