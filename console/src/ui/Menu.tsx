import { Ellipsis } from "lucide-react";
import {
  createContext,
  lazy,
  startTransition,
  Suspense,
  use,
  useEffect,
  useRef,
  useState,
  type ComponentPropsWithRef,
  type ComponentType,
  type ReactElement,
  type ReactNode,
} from "react";

/** What a menu's button is given by the menu. */
export type TriggerProps = ComponentPropsWithRef<"button">;

interface MenuProps {
  /** What the menu is for, as screen readers say it: it names the record. */
  readonly label: string;
  /** The button that opens it; three dots without. */
  readonly trigger?: (props: TriggerProps) => ReactElement;
  /** Id of the button, so that focus can be brought back to it. */
  readonly id?: string;
  /** A larger button, for fingers. */
  readonly roomy?: boolean;
  readonly children: ReactNode;
}

// What menus are made of is a fifth of a page, and none is open when a page is loaded.
const loadMenu = () => import("./MenuFrame.tsx");
const MenuFrame = lazy(async () => ({ default: (await loadMenu()).MenuFrame }));

/** How long after a page was shown its menus are loaded, in milliseconds: by then it has the line for itself no more. */
const soonMs = 4_000;

/** Loads what menus are made of before one is asked for. What fails now is told when a menu's button is pressed. */
function loadAhead(then?: () => void): void {
  loadMenu().then(then, () => undefined);
}

/** What the things in a menu are made of, which comes with it. */
export interface PartsOfMenu {
  readonly Item: ComponentType<ItemProps>;
  readonly Group: ComponentType<GroupProps>;
  readonly Line: ComponentType;
}
export const Parts = createContext<PartsOfMenu | undefined>(undefined);

/** A button with what can be done, by mouse and by keyboard. Whoever comes near it will want the menu: then it is loaded. */
export function Menu(props: MenuProps) {
  const [asked, setAsked] = useState<"near" | "pressed">();
  const hadFocus = useRef(false);
  // Also where nobody points at anything, as on a phone; and so that a menu opens when the service is away.
  useEffect(() => {
    const timer = setTimeout(loadAhead, soonMs);
    return () => clearTimeout(timer);
  }, []);
  const trigger = props.trigger ?? ((given: TriggerProps) => <Dots {...props} given={given} />);
  // The button stays as it is until the menu's own can take its place.
  const press = () => startTransition(() => setAsked("pressed"));
  const prepare = () =>
    loadAhead(() => startTransition(() => setAsked((before) => before ?? "near")));
  return (
    <Suspense>
      {asked === undefined ? (
        trigger({
          id: props.id,
          "aria-label": props.label,
          "aria-haspopup": "menu",
          "aria-expanded": false,
          onPointerEnter({ pointerType }) {
            // A finger is on the button already: it would lose what is under it.
            if (pointerType === "mouse") prepare();
            else loadAhead();
          },
          onFocus() {
            hadFocus.current = true;
            prepare();
          },
          onBlur: () => (hadFocus.current = false),
          onMouseDown: ({ button }) => button === 0 && press(),
          onClick: press,
          onKeyDown(event) {
            if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
            event.preventDefault();
            press();
          },
        })
      ) : (
        <MenuFrame
          label={props.label}
          id={props.id}
          trigger={trigger}
          isOpen={asked === "pressed"}
          hadFocus={hadFocus}
        >
          {props.children}
        </MenuFrame>
      )}
    </Suspense>
  );
}

const shape =
  "inline-flex shrink-0 items-center justify-center rounded-control text-ink-3 hover:bg-sunken hover:text-ink data-[popup-open]:bg-sunken";

/** Three dots: the button of a menu that has no other. */
function Dots({
  label,
  roomy = false,
  given,
}: Pick<MenuProps, "label" | "roomy"> & { readonly given: TriggerProps }) {
  return (
    <button
      type="button"
      {...given}
      title={label}
      className={`${shape} ${roomy ? "size-11" : "size-[26px] pointer-coarse:-my-2 pointer-coarse:-mr-2 pointer-coarse:size-11"}`}
    >
      <Ellipsis size={15} aria-hidden />
    </button>
  );
}

function useParts() {
  const parts = use(Parts);
  if (!parts) throw new Error("What can be done stands in a menu");
  return parts;
}

export interface ItemProps {
  readonly onSelect: () => void;
  /** Why it cannot be done: it stays reachable and says so. */
  readonly because?: string | undefined;
  /** What to know before. */
  readonly hint?: string | undefined;
  readonly danger?: boolean;
  readonly children: ReactNode;
}

/** One thing that can be done, or the reason why not. */
export function MenuItem(props: ItemProps) {
  const { Item } = useParts();
  return <Item {...props} />;
}

export interface GroupProps {
  readonly label: string;
  readonly children: ReactNode;
}

/** What follows belongs together, under a name. */
export function MenuGroup(props: GroupProps) {
  const { Group } = useParts();
  return <Group {...props} />;
}

/** A hairline between things of different kinds. */
export function MenuLine() {
  const { Line } = useParts();
  return <Line />;
}
