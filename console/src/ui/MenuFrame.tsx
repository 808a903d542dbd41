import { Menu as Base } from "@base-ui/react/menu";
import { useLayoutEffect, useRef, type ReactElement, type ReactNode, type RefObject } from "react";
import {
  Parts,
  type GroupProps,
  type ItemProps,
  type PartsOfMenu,
  type TriggerProps,
} from "./Menu.tsx";

interface FrameProps {
  readonly label: string;
  readonly id: string | undefined;
  readonly trigger: (props: TriggerProps) => ReactElement;
  /** Whether it is open from the first. */
  readonly isOpen: boolean;
  /** Whether the button that this one takes the place of had the focus. */
  readonly hadFocus: RefObject<boolean>;
  readonly children: ReactNode;
}

/** What a menu is made of, with its button. */
export function MenuFrame({ label, id, trigger, isOpen, hadFocus, children }: FrameProps) {
  const button = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => {
    if (hadFocus.current) button.current?.focus({ preventScroll: true });
  }, [hadFocus]);
  return (
    <Base.Root defaultOpen={isOpen}>
      <Base.Trigger ref={button} id={id} aria-label={label} render={trigger} />
      <Base.Portal>
        <Base.Positioner align="end" sideOffset={4} className="z-50">
          <Base.Popup className="max-h-[min(70vh,var(--available-height))] min-w-[180px] max-w-[300px] overflow-y-auto rounded-panel bg-surface p-1.5 text-ink shadow-float outline-none dark:border dark:border-line">
            <Parts value={parts}>{children}</Parts>
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

function Item({ onSelect, because, hint, danger = false, children }: ItemProps) {
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

function Group({ label, children }: GroupProps) {
  return (
    <Base.Group>
      <Base.GroupLabel className="px-2.5 pt-1 pb-1 text-12 text-ink-3">{label}</Base.GroupLabel>
      {children}
    </Base.Group>
  );
}

const Line = () => <Base.Separator className="mx-2 my-1 h-px bg-line" />;

const parts: PartsOfMenu = { Item, Group, Line };
