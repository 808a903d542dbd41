import { Bookmark, Trash2 } from "lucide-react";
import { useState, type FormEvent } from "react";
import { useRights } from "../parties.ts";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { TextField } from "../ui/Field.tsx";
import { Menu, MenuGroup, MenuItem, MenuLine, type TriggerProps } from "../ui/Menu.tsx";
import type { PipelineSearch, SetSearch } from "./read.ts";

interface SavedView {
  readonly name: string;
  readonly search: PipelineSearch;
}

/** All that an address can say of the pipeline, set to nothing: a view replaces what was set before. */
const blank = {
  view: undefined,
  stage: undefined,
  epc: undefined,
  rep: undefined,
  age: undefined,
  q: undefined,
} as const;

const viewsButton = (props: TriggerProps) => (
  <Button icon={<Bookmark size={13} aria-hidden />} {...props}>
    Views
  </Button>
);

/** Queries under names, kept in this browser for this organization. */
export function SavedViews({ search, set }: { search: PipelineSearch; set: SetSearch }) {
  const { organizationId } = useRights();
  const [views, keep] = useSaved(`heliograph.pipeline.${organizationId ?? ""}`);
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Menu label="Saved views" trigger={viewsButton}>
        {views.length > 0 && (
          <>
            <MenuGroup label="Saved in this browser">
              {views.map(({ name, search: saved }) => (
                <MenuItem key={name} onSelect={() => set({ ...blank, ...saved })}>
                  <span className="block truncate" dir="auto">
                    {name}
                  </span>
                </MenuItem>
              ))}
            </MenuGroup>
            <MenuLine />
          </>
        )}
        <MenuItem onSelect={() => set(blank)}>Everything, as a board</MenuItem>
        <MenuItem onSelect={() => setOpen(true)}>Save or remove a view…</MenuItem>
      </Menu>
      <Dialog title="Saved views" open={isOpen} onClose={() => setOpen(false)}>
        <Editor
          views={views}
          onSave={(name) => {
            keep([...views.filter((each) => each.name !== name), { name, search }]);
            setOpen(false);
          }}
          onRemove={(name) => keep(views.filter((each) => each.name !== name))}
        />
      </Dialog>
    </>
  );
}

interface EditorProps {
  readonly views: readonly SavedView[];
  readonly onSave: (name: string) => void;
  readonly onRemove: (name: string) => void;
}

function Editor({ views, onSave, onRemove }: EditorProps) {
  const [name, setName] = useState("");
  const isTaken = views.some((each) => each.name === name.trim());
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSave(name.trim());
  };
  return (
    <div className="grid gap-4">
      <form onSubmit={submit} className="grid gap-3">
        <TextField
          label="Name"
          required
          maxLength={60}
          dir="auto"
          pattern=".*\S.*"
          value={name}
          onChange={({ target }) => setName(target.value)}
          hint="Keeps the filters and the layout that are shown now, in this browser only."
        />
        <div className="flex justify-end">
          <Button type="submit" look="strong">
            {isTaken ? "Replace the view" : "Save the view"}
          </Button>
        </div>
      </form>
      {views.length > 0 && (
        <ul className="border-t border-line pt-2">
          {views.map((view) => (
            <li key={view.name} className="flex items-center justify-between gap-3 py-1">
              <span className="min-w-0 truncate" dir="auto">
                {view.name}
              </span>
              <Button
                small
                look="quiet"
                icon={<Trash2 size={12} aria-hidden />}
                aria-label={`Remove ${view.name}`}
                onClick={() => onRemove(view.name)}
              >
                Remove
              </Button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function useSaved(key: string) {
  const [views, setViews] = useState<readonly SavedView[]>(() => readSaved(key));
  const keep = (next: readonly SavedView[]) => {
    setViews(next);
    localStorage.setItem(key, JSON.stringify(next));
  };
  return [views, keep] as const;
}

/** What a browser keeps may be anything: another version, or another hand, wrote it. */
function readSaved(key: string): readonly SavedView[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(key) ?? "[]");
    return Array.isArray(kept) ? kept.filter(isView) : [];
  } catch {
    return [];
  }
}

const isView = (kept: unknown): kept is SavedView =>
  typeof kept === "object" &&
  kept !== null &&
  "name" in kept &&
  typeof kept.name === "string" &&
  "search" in kept &&
  typeof kept.search === "object" &&
  kept.search !== null &&
  Object.entries(kept.search).every(([name, value]) => name in blank && typeof value === "string");
