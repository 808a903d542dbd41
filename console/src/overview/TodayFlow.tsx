import { Link } from "@tanstack/react-router";
import { stageNames } from "../catalogue/stages.ts";
import { counted } from "../ui/figures.ts";
import { Panel } from "../ui/Panel.tsx";
import { Time } from "../ui/Time.tsx";
import type { StageToday, Today } from "./today.ts";

/** Today's events by stage, as the one line of the flow; a stage leads to its events. */
export function TodayFlow({ today }: { readonly today: Today }) {
  const total = Object.values(today.stages).reduce((sum, { count }) => sum + count, 0);
  return (
    <Panel
      title="Today’s flow"
      aside={
        <Link to="/events" className="text-cell hover:underline">
          {total === 0 ? "No event yet today" : counted(total, "event")}
        </Link>
      }
    >
      <ol
        aria-label="Events of today by stage"
        tabIndex={0}
        className="flex overflow-x-auto px-5 pt-4 pb-3"
      >
        {stageNames.map((stage, position) => (
          <li key={stage} className="min-w-[104px] flex-1 last:flex-none">
            <Wire isOn={stage in today.stages} isLast={position === stageNames.length - 1} />
            <StageOfToday stage={stage} told={today.stages[stage]} />
          </li>
        ))}
      </ol>
    </Panel>
  );
}

function Wire({ isOn, isLast }: { readonly isOn: boolean; readonly isLast: boolean }) {
  const line = isOn ? "bg-ink" : "bg-line-2";
  return (
    <span aria-hidden className="flex h-4 items-center">
      <span
        className={`size-3 shrink-0 rounded-full border-2 ${isOn ? "border-ink bg-ink" : "border-line-2"}`}
      />
      {!isLast && <span className={`h-0.5 flex-1 ${line}`} />}
    </span>
  );
}

interface StageOfTodayProps {
  readonly stage: string;
  readonly told: StageToday | undefined;
}

function StageOfToday({ stage, told }: StageOfTodayProps) {
  if (!told) return <span className="mt-1 block pr-3 text-ink-3">{stage}</span>;
  const [type, ...others] = told.types;
  return (
    <Link
      to="/events"
      // The stream is filtered by one type: with several, all of them are shown.
      search={others.length === 0 ? { type } : {}}
      title={told.types.join(", ")}
      className="mt-1 block rounded-tag pr-3 hover:text-cell"
    >
      <span className="font-[620]">
        {stage} <span className="font-[450] text-ink-2 tabular-nums">{told.count}</span>
      </span>
      <span className="block text-12 text-ink-3">
        last <Time at={told.lastAt} as="clock" />
      </span>
    </Link>
  );
}
