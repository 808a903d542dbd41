import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import type { Endpoint, EndpointStatus } from "../../../src/contract/resources/delivery.ts";
import { api } from "../api.ts";
import { endpointName } from "../events/read.ts";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { Failure } from "../ui/Note.tsx";
import { Panel } from "../ui/Panel.tsx";
import { readAgain } from "./read.ts";
import { counted } from "../ui/figures.ts";

interface RemoveProps {
  readonly endpoint: Endpoint;
  readonly status: EndpointStatus | undefined;
  readonly because: string | undefined;
}

/** Removes an endpoint, after saying what is lost with it. */
export function Remove({ endpoint, status, because }: RemoveProps) {
  const { id } = endpoint;
  const [isOpen, setOpen] = useState(false);
  const navigate = useNavigate();
  const remove = useMutation({
    mutationFn: () => api.endpoints.delete({ id }),
    async onSuccess() {
      await navigate({ to: "/endpoints" });
      await readAgain();
    },
  });
  const waiting = status?.behind_by ?? 0;
  const dead = status?.dead.length ?? 0;
  return (
    <Panel title="Remove">
      <div className="grid gap-3 px-5 py-4">
        <p className="text-ink-2">
          To stop for a while, pause it: then nothing is lost. Removing cannot be undone.
        </p>
        <Button
          look="danger"
          className="justify-self-start"
          because={because}
          onClick={() => setOpen(true)}
        >
          Remove the endpoint
        </Button>
      </div>
      <Dialog
        title={`Remove ${endpointName(endpoint)}`}
        open={isOpen}
        onClose={() => setOpen(false)}
      >
        <div className="grid gap-4">
          <p>This cannot be undone. With the endpoint go:</p>
          <ul className="list-disc pl-5 text-ink-2">
            <li>
              {waiting === 0
                ? "no waiting events: it has all that it subscribed to"
                : `${counted(waiting, "event")} that ${waiting === 1 ? "waits" : "wait"}; they will not be sent to it`}
            </li>
            <li>
              {dead === 0
                ? "no events that were given up"
                : `${counted(dead, "event")} that ${dead === 1 ? "was" : "were"} given up`}
            </li>
            <li>its place in the feed, its running replays and its daily manifests</li>
            <li>its signing secret: a new endpoint has another one</li>
            <li>this page with its attempts</li>
          </ul>
          <p className="text-ink-2">The events themselves stay in the feed.</p>
          {remove.isError && <Failure error={remove.error} />}
          <div className="flex justify-end gap-2">
            <Button onClick={() => setOpen(false)}>Keep it</Button>
            <Button look="danger" disabled={remove.isPending} onClick={() => remove.mutate()}>
              {waiting === 0 ? "Remove it" : `Remove it, ${waiting.toLocaleString()} not sent`}
            </Button>
          </div>
        </div>
      </Dialog>
    </Panel>
  );
}
