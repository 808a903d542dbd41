import { Menu as Base } from "@base-ui/react/menu";
import { Ellipsis } from "lucide-react";
import type { ReactElement, ReactNode } from "react";

interface MenuProps {
  /** What the menu is for, as screen readers say it: it names the record. */
  readonly label: string;
  /** The button that opens it; three dots without. */
  readonly trigger?: ReactElement;
  /** Id of the button, so that focus can be brought back to it. */
  readonly id?: string;
  /** A larger button, for fingers. */
  readonly roomy?: boolean;
  readonly children: ReactNode;
}

/** A button with what can be done, by mouse and by keyboard. */
export function Menu({ label, trigger, id, roomy = false, children }: MenuProps) {
  return (
    <Base.Root>
      {trigger ? (
        <Base.Trigger render={trigger} aria-label={label} />
      ) : (
        <Base.Trigger
          id={id}
          aria-label={label}
          title={label}
          className={`inline-flex shrink-0 items-center justify-center rounded-control text-ink-3 hover:bg-sunken hover:text-ink data-[popup-open]:bg-sunken ${roomy ? "size-11" : "size-[26px] pointer-coarse:-my-2 pointer-coarse:-mr-2 pointer-coarse:size-11"}`}
        >
          <Ellipsis size={15} aria-hidden />
        </Base.Trigger>
      )}
      <Base.Portal>
        <Base.Positioner align="end" sideOffset={4} className="z-50">
          <Base.Popup className="max-h-[min(70vh,var(--available-height))] min-w-[180px] max-w-[300px] overflow-y-auto rounded-panel bg-surface p-1.5 text-ink shadow-float outline-none dark:border dark:border-line">
            {children}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

interface ItemProps {
  readonly onSelect: () => void;
  /** Why it cannot be done: it stays reachable and says so. */
  readonly because?: string | undefined;
  /** What to know before. */
  readonly hint?: string | undefined;
  readonly danger?: boolean;
  readonly children: ReactNode;
}

/** One thing that can be done, or the reason why not. */
export function MenuItem({ onSelect, because, hint, danger = false, children }: ItemProps) {
  const note = because ?? hint;
  return (
    <Base.Item
      disabled={because !== undefined}
      onClick={onSelect}
      className={`cursor-pointer rounded-control px-2.5 py-1.5 outline-none data-[disabled]:cursor-not-allowed data-[disabled]:text-ink-3 data-[highlighted]:bg-cell-tint pointer-coarse:py-3 ${danger && because === undefined ? "text-fail" : ""}`}
    >
      {children}
      {note !== undefined && <span className="block text-12 text-ink-3">{note}</span>}
    </Base.Item>
  );
}

/** What follows belongs together, under a name. */
export function MenuGroup({
  label,
  children,
}: {
  readonly label: string;
  readonly children: ReactNode;
}) {
  return (
    <Base.Group>
      <Base.GroupLabel className="px-2.5 pt-1 pb-1 text-12 text-ink-3">{label}</Base.GroupLabel>
      {children}
    </Base.Group>
  );
}

/** A hairline between things of different kinds. */
export function MenuLine() {
  return <Base.Separator className="mx-2 my-1 h-px bg-line" />;
}
