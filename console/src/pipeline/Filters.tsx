import { Kanban, Table as TableIcon } from "lucide-react";
import type { ReactNode } from "react";
import { useNames, useRights } from "../parties.ts";
import { controlClass } from "../ui/Field.tsx";
import { SearchBox } from "../ui/SearchBox.tsx";
import { inWords } from "../ui/Tag.tsx";
import { stuckDays, type PipelineSearch, type SetSearch } from "./read.ts";
import { SavedViews } from "./SavedViews.tsx";
import { stages } from "./stages.ts";

interface FiltersProps {
  readonly search: PipelineSearch;
  readonly set: SetSearch;
}

const ages = [7, stuckDays, 30];

/** What is looked for, and how it is shown: all of it is in the address. */
export function Filters({ search, set }: FiltersProps) {
  const { installers, users } = useNames();
  const { isSalesOrg } = useRights();
  return (
    <div className="flex flex-wrap items-center gap-2 px-4 pb-3 sm:px-7">
      <SearchBox
        label="Find a deal by name, street or title"
        placeholder="Name, street or title"
        value={search.q}
        onChange={(q) => set({ q })}
      />
      <Choice
        label="Stage"
        all="Any stage"
        value={search.stage}
        onChange={(stage) => set({ stage })}
        options={stages.map((stage) => [stage, inWords(stage)])}
      />
      {isSalesOrg && (
        <>
          <Choice
            label="Installer"
            all="Any installer"
            value={search.epc}
            onChange={(epc) => set({ epc })}
            options={installers}
          />
          <Choice
            label="Representative"
            all="Any representative"
            value={search.rep}
            onChange={(rep) => set({ rep })}
            options={users}
          />
        </>
      )}
      <Choice
        label="Last event"
        all="Last event at any time"
        value={search.age}
        onChange={(age) => set({ age })}
        options={ages.map((days) => [String(days), `None for over ${days} days`])}
      />
      <span className="ml-auto flex items-center gap-2">
        <SavedViews search={search} set={set} />
        <span role="group" aria-label="Show as" className="inline-flex">
          <Shape isOn={search.view !== "table"} onClick={() => set({ view: undefined })} side="l">
            <Kanban size={13} aria-hidden /> Board
          </Shape>
          <Shape isOn={search.view === "table"} onClick={() => set({ view: "table" })} side="r">
            <TableIcon size={13} aria-hidden /> Table
          </Shape>
        </span>
      </span>
    </div>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly all: string;
  readonly value: string | undefined;
  readonly onChange: (value: string | undefined) => void;
  readonly options: readonly (readonly [value: string, label: string])[];
}

function Choice({ label, all, value, onChange, options }: ChoiceProps) {
  const isKnown = value === undefined || options.some(([known]) => known === value);
  return (
    <select
      aria-label={label}
      className={`${controlClass} !w-auto max-w-full pr-7 sm:max-w-64 ${value === undefined ? "" : "!border-cell !bg-cell-tint text-cell"}`}
      value={value ?? ""}
      onChange={({ target }) => onChange(target.value || undefined)}
    >
      <option value="">{all}</option>
      {options.map(([option, text]) => (
        <option key={option} value={option}>
          {text}
        </option>
      ))}
      {!isKnown && <option value={value}>{value}</option>}
    </select>
  );
}

interface ShapeProps {
  readonly isOn: boolean;
  readonly onClick: () => void;
  readonly side: "l" | "r";
  readonly children: ReactNode;
}

function Shape({ isOn, onClick, side, children }: ShapeProps) {
  return (
    <button
      type="button"
      aria-pressed={isOn}
      onClick={onClick}
      className={`inline-flex h-8 items-center gap-1.5 border border-line-2 px-3 font-[560] ${side === "l" ? "rounded-l-control" : "rounded-r-control border-l-0"} ${isOn ? "bg-cell-tint text-cell" : "bg-surface text-ink-2 hover:bg-sunken"}`}
    >
      {children}
    </button>
  );
}
