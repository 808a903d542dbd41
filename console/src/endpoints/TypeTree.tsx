import { useQuery } from "@tanstack/react-query";
import { useId } from "react";
import { inboundType } from "../../../src/contract/inboundType.ts";
import { catalogueQuery } from "../live.ts";
import { useOrganization } from "../session.ts";
import { byStage } from "../catalogue/stages.ts";

interface Listed {
  readonly type: string;
  readonly label: string;
  readonly trigger: string;
}

/** The events that this organization is told, by its roles. */
export function useOwnTypes(): readonly Listed[] {
  const { roles } = useOrganization();
  const { data } = useQuery(catalogueQuery);
  return data?.data.filter(({ audience }) => audience.some((role) => roles.includes(role))) ?? [];
}

/** No event of the flow, so it is in no catalogue and comes only where it is chosen. */
const inbound: Listed = {
  type: inboundType,
  label: "Inbound",
  trigger: "Another system sent something, and an inlet took it.",
};

interface TreeProps {
  /** Null for all, also those of later versions. */
  readonly value: readonly string[] | null;
  readonly onChange: (value: string[] | null) => void;
}

/** Which events: all, or those chosen stage by stage. */
export function TypeTree({ value, onChange }: TreeProps) {
  const own = useOwnTypes();
  const types = [...own, inbound];
  const name = useId();
  const choose = (chosen: readonly string[]) =>
    // In the catalogue's order, so that the same choice is the same list.
    onChange(types.map(({ type }) => type).filter((type) => chosen.includes(type)));
  return (
    <fieldset className="grid gap-3">
      <legend className="mb-1 text-12 font-[560] text-ink-2">Events</legend>
      <label className="flex items-center gap-2">
        <input
          type="radio"
          name={name}
          checked={value === null}
          onChange={() => onChange(null)}
          className="size-4 accent-cell"
        />
        All {own.length}, and those of later versions
      </label>
      <label className="flex items-center gap-2">
        <input
          type="radio"
          name={name}
          checked={value !== null}
          onChange={() => choose(own.map(({ type }) => type))}
          className="size-4 accent-cell"
        />
        {value === null ? "Only some" : `Only these ${value.length}`}
      </label>
      {value !== null && (
        <div className="grid gap-x-6 gap-y-3 rounded-control border border-line p-3 sm:grid-cols-2">
          {byStage(types).map(([stage, those]) => (
            <Branch key={stage} stage={stage} types={those} value={value} choose={choose} />
          ))}
        </div>
      )}
    </fieldset>
  );
}

interface BranchProps {
  readonly stage: string;
  readonly types: readonly Listed[];
  readonly value: readonly string[];
  readonly choose: (chosen: readonly string[]) => void;
}

function Branch({ stage, types, value, choose }: BranchProps) {
  const names = types.map(({ type }) => type);
  const chosen = names.filter((type) => value.includes(type));
  const others = value.filter((type) => !names.includes(type));
  const isAll = chosen.length === names.length;
  return (
    <fieldset className="min-w-0">
      <label className="flex items-center gap-2 font-[620]">
        <input
          type="checkbox"
          checked={isAll}
          ref={(box) => {
            // There is no attribute for it.
            if (box) box.indeterminate = chosen.length > 0 && !isAll;
          }}
          onChange={() => choose(isAll ? others : [...others, ...names])}
          className="size-4 accent-cell"
        />
        {stage}
      </label>
      {types.map(({ type, trigger }) => (
        <label
          key={type}
          className="flex items-center gap-2 pl-6"
          title={trigger.replaceAll("`", "")}
        >
          <input
            type="checkbox"
            checked={value.includes(type)}
            onChange={({ target }) =>
              choose(target.checked ? [...value, type] : value.filter((each) => each !== type))
            }
            className="size-3.5 shrink-0 accent-cell"
          />
          <code className="truncate font-mono text-12">{type}</code>
        </label>
      ))}
    </fieldset>
  );
}
