import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import type { Endpoint } from "../../../src/contract/resources/delivery.ts";
import { api } from "../api.ts";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { Failure } from "../ui/Note.tsx";
import { readAgain } from "./read.ts";
import { TypeTree } from "./TypeTree.tsx";

/** Chooses anew which events the endpoint gets. */
export function ChangeEvents({
  endpoint,
  because,
}: {
  readonly endpoint: Endpoint;
  readonly because: string | undefined;
}) {
  const { id, version } = endpoint;
  const [isOpen, setOpen] = useState(false);
  const [events, setEvents] = useState<string[] | null>(endpoint.events);
  const save = useMutation({
    mutationFn: () => api.endpoints.update({ id, events }, { ifMatch: version }),
    async onSuccess() {
      await readAgain();
      setOpen(false);
    },
    onError: readAgain,
  });
  return (
    <>
      <Button
        small
        because={because}
        onClick={() => {
          setEvents(endpoint.events);
          setOpen(true);
        }}
      >
        Change
      </Button>
      <Dialog title="Change its events" open={isOpen} onClose={() => setOpen(false)} wide>
        <div className="grid gap-4">
          <TypeTree value={events} onChange={setEvents} />
          <p className="text-12 text-ink-3">
            It holds for what the endpoint has not read yet, and starts a new chain of
            heliograph-previous.
          </p>
          {save.isError && <Failure error={save.error} />}
          <div className="flex justify-end">
            <Button
              look="strong"
              because={events?.length === 0 ? "Choose at least one event." : undefined}
              disabled={save.isPending}
              onClick={() => save.mutate()}
            >
              Save the choice
            </Button>
          </div>
        </div>
      </Dialog>
    </>
  );
}
