import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../api.ts";
import { ShownOnce } from "../organizations/ShownOnce.tsx";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { Failure } from "../ui/Note.tsx";
import { Panel } from "../ui/Panel.tsx";

interface CallPilotProps {
  readonly organizationId: string;
  readonly because: string | undefined;
}

/** The secret with which CallPilot signs its call-backs. A new one ends the one before, so it is asked for first. */
export function CallPilot({ organizationId, because }: CallPilotProps) {
  const [isOpen, setOpen] = useState(false);
  const making = useMutation({
    mutationFn: () => api.callpilotSecrets.create({ id: organizationId }),
  });
  const close = () => {
    setOpen(false);
    making.reset();
  };
  return (
    <Panel
      title="CallPilot"
      aside={
        <Button small because={because} onClick={() => setOpen(true)}>
          Make a secret
        </Button>
      }
    >
      <p className="px-5 py-4 text-ink-2">
        CallPilot reports welcome calls here and signs each report with this organization’s secret.
      </p>
      <Dialog title="The CallPilot secret" open={isOpen} onClose={close}>
        {making.data ? (
          <div className="grid gap-4">
            <p className="text-ink-2">
              Copy it now: it is shown this once. The one before has ended.
            </p>
            <ShownOnce label="CallPilot secret" secret={making.data.secret} />
            <div className="flex justify-end">
              <Button look="strong" onClick={close}>
                I have copied it
              </Button>
            </div>
          </div>
        ) : (
          <div className="grid gap-4">
            <p>
              A new secret is made and shown once. The one before, if there is one, ends at once:
              reports that CallPilot signs with it are refused until it has the new one.
            </p>
            {making.isError && <Failure error={making.error} />}
            <div className="flex justify-end gap-2">
              <Button onClick={close}>Leave it as it is</Button>
              <Button look="strong" disabled={making.isPending} onClick={() => making.mutate()}>
                Make a new secret
              </Button>
            </div>
          </div>
        )}
      </Dialog>
    </Panel>
  );
}
