import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import type { MadeLink } from "../../../src/contract/resources/link.ts";
import type { z } from "zod";
import { queries } from "../api.ts";
import { Button } from "../ui/Button.tsx";
import { Code } from "../ui/Copy.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { Failure } from "../ui/Note.tsx";
import { Time } from "../ui/Time.tsx";

type Made = z.infer<typeof MadeLink>;

interface LinkDialogProps {
  /** The person it is for. */
  readonly person: string;
  /** Where a message to that person goes, if that is known. */
  readonly email?: string | null;
  /** What the person does by it, as in "to read and sign the agreement". */
  readonly purpose: string;
  readonly make: () => Promise<Made>;
  readonly onClose: () => void;
}

/** Makes a link and shows it this once, to be copied or put into a message. */
export function LinkDialog({ person, email, purpose, make, onClose }: LinkDialogProps) {
  const made = useMutation({
    mutationFn: make,
    onSuccess: () => queries.invalidateQueries({ queryKey: ["flow"] }),
  });
  return (
    <Dialog title={`A link for ${person}`} open onClose={onClose}>
      <div className="grid gap-4">
        <p>
          Opens a page for {person} {purpose}, without signing in. Whoever has the link can do this,
          so send it to {person} alone. It works for seven days, and you can revoke it.
        </p>
        {made.isError && <Failure error={made.error} />}
        {made.data ? (
          <Show link={made.data} {...(email && { email })} />
        ) : (
          <div className="flex justify-end">
            <Button look="strong" disabled={made.isPending} onClick={() => made.mutate()}>
              Make the link
            </Button>
          </div>
        )}
      </div>
    </Dialog>
  );
}

function Show({ link, email = "" }: { readonly link: Made; readonly email?: string }) {
  const message = new URLSearchParams({ subject: "Your page", body: link.url });
  // A mail program takes blanks as %20 only.
  const mail = `mailto:${encodeURIComponent(email)}?${message.toString().replaceAll("+", "%20")}`;
  return (
    <div className="grid gap-3">
      <Code text={link.url} label="The link" />
      <p className="text-12 text-ink-2">
        It is shown this once. It ends <Time at={link.expires_at} as="full" />.
      </p>
      <div className="flex justify-end gap-4">
        <a href={mail} className="text-cell underline">
          Put it into a mail
        </a>
        <a href={link.url} target="_blank" rel="noreferrer" className="text-cell underline">
          See the page
        </a>
      </div>
    </div>
  );
}

interface LinkButtonProps extends Omit<LinkDialogProps, "onClose"> {
  readonly label: string;
  /** Why there is no link to make now. */
  readonly because?: string | undefined;
}

/** A button that makes a link. */
export function LinkButton({ label, because, ...link }: LinkButtonProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button small look="quiet" because={because} onClick={() => setOpen(true)}>
        {label}
      </Button>
      {isOpen && <LinkDialog {...link} onClose={() => setOpen(false)} />}
    </>
  );
}
