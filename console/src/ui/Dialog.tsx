import { lazy, Suspense, useState, type ReactNode } from "react";

export interface DialogProps {
  readonly title: string;
  readonly open: boolean;
  readonly onClose: () => void;
  readonly children: ReactNode;
  readonly wide?: boolean;
}

/** Loads what dialogs are made of: few are opened, and none when a page is loaded. */
export const loadDialog = () => import("./DialogFrame.tsx");
const DialogFrame = lazy(async () => ({ default: (await loadDialog()).DialogFrame }));

/** A question or a form before everything else. */
export function Dialog(props: DialogProps) {
  const [wasOpened, setOpened] = useState(false);
  if (props.open && !wasOpened) setOpened(true);
  // Stays once it was opened, so that closing it gives the focus back.
  return (
    wasOpened && (
      <Suspense>
        <DialogFrame {...props} />
      </Suspense>
    )
  );
}
