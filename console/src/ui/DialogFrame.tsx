import { Dialog as Base } from "@base-ui/react/dialog";
import { X } from "lucide-react";
import type { DialogProps } from "./Dialog.tsx";

/** What a dialog is made of. Escape and the backdrop close it. */
export function DialogFrame({ title, open, onClose, children, wide = false }: DialogProps) {
  return (
    <Base.Root open={open} onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-40 bg-[rgb(7_13_22/0.45)]" />
        <Base.Popup
          className={`fixed top-[8vh] left-1/2 z-50 flex max-h-[84vh] w-[calc(100vw-24px)] -translate-x-1/2 flex-col rounded-panel bg-surface text-ink shadow-float ${wide ? "max-w-[720px]" : "max-w-[520px]"}`}
        >
          <header className="flex items-center justify-between gap-3 border-b border-line px-5 py-3">
            <Base.Title
              className="line-clamp-3 min-w-0 text-15 font-[620] break-words"
              title={title}
            >
              {title}
            </Base.Title>
            <Base.Close
              aria-label="Close"
              className="inline-flex size-7 items-center justify-center rounded-control text-ink-3 hover:bg-sunken"
            >
              <X size={15} aria-hidden />
            </Base.Close>
          </header>
          <div className="min-h-0 overflow-y-auto px-5 py-4">{children}</div>
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}
