import { useId } from "react";
import type { Party } from "../../../src/contract/meta.ts";
import { partyWords } from "./Audience.tsx";

interface RoleSwitchProps {
  readonly label: string;
  readonly parties: readonly Party[];
  /** What the choice of none is called. */
  readonly either: string;
  readonly role: Party | null;
  readonly onChange: (role: Party | null) => void;
}

/** As whom to look: one side of the flow, or either. */
export function RoleSwitch({ label, parties, either, role, onChange }: RoleSwitchProps) {
  const name = useId();
  const options = [
    [null, either],
    ...parties.map((party) => [party, partyWords[party]] as const),
  ] as const;
  return (
    <fieldset className="needs-script inline-flex rounded-control border border-line-2 bg-surface p-0.5">
      <legend className="sr-only">{label}</legend>
      {options.map(([value, words]) => (
        <label
          key={words}
          className="relative cursor-pointer rounded-tag px-2.5 py-[3px] text-12 font-[560] text-ink-2 hover:text-ink has-checked:bg-cell-tint has-checked:text-cell has-focus-visible:outline-2 has-focus-visible:outline-cell"
        >
          <input
            type="radio"
            name={name}
            checked={role === value}
            onChange={() => onChange(value)}
            className="sr-only"
          />
          {words}
        </label>
      ))}
    </fieldset>
  );
}
