import { stageNames } from "./stages.ts";

interface FlowRailProps {
  /** The stage that is lit. */
  readonly lit: string;
}

/** The flow as one line, with the point lit where an event happens. */
export function FlowRail({ lit }: FlowRailProps) {
  return (
    <ol
      aria-label="Stages of the flow"
      tabIndex={0}
      className="relative flex overflow-x-auto pt-2 pb-1 text-12"
    >
      {stageNames.map((stage, position) => {
        const isLit = stage === lit;
        return (
          <li
            key={stage}
            aria-current={isLit ? "step" : undefined}
            ref={isLit ? bringIntoView : null}
            className="min-w-[92px] flex-1 last:flex-none"
          >
            <span aria-hidden className="flex h-5 items-center">
              <span
                className={
                  isLit
                    ? "size-3.5 shrink-0 rounded-full border-[2.5px] border-ink bg-sun ring-4 ring-sun/30"
                    : "size-2.5 shrink-0 rounded-full bg-line-2"
                }
              />
              {position < stageNames.length - 1 && <span className="h-0.5 flex-1 bg-line-2" />}
            </span>
            <span className={`pr-2 ${isLit ? "font-[620] text-ink" : "text-ink-3"}`}>{stage}</span>
          </li>
        );
      })}
    </ol>
  );
}

/** On a narrow screen the rail scrolls; what is lit is what one came for. Only the rail moves, not the page. */
function bringIntoView(item: HTMLLIElement | null): void {
  const rail = item?.parentElement;
  if (item && rail) rail.scrollLeft = item.offsetLeft - rail.clientWidth / 2 + item.clientWidth / 2;
}
