import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import type { Inlet } from "../../../src/contract/resources/inlet.ts";
import { api } from "../api.ts";
import { Command } from "../forms/Command.tsx";
import { useWhyNot } from "../rights.ts";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { Failure } from "../ui/Note.tsx";
import { Panel } from "../ui/Panel.tsx";
import { Receipts } from "./Receipts.tsx";
import { readAgain } from "./read.ts";

interface InletProps {
  readonly inlet: Inlet;
  /** Shows an address this once. */
  readonly onAddress: (url: string) => void;
}

/** One inlet: how it takes what comes, and what came last. */
export function InletPanel({ inlet, onAddress }: InletProps) {
  const { id } = inlet;
  const [asks, setAsks] = useState<"rotate" | "remove">();
  return (
    <Panel
      title={<bdi>{inlet.name}</bdi>}
      aside={
        <div className="flex flex-wrap gap-2">
          <Command
            name="updateInlet"
            title={`Change ${inlet.name}`}
            verb="Change it"
            label="Change"
            before={inlet}
            run={(body) => api.inlets.update({ id, ...body })}
            onDone={() => void readAgain()}
          />
          <Button small because={useWhyNot("rotateInletToken")} onClick={() => setAsks("rotate")}>
            New address
          </Button>
          <Button small because={useWhyNot("deleteInlet")} onClick={() => setAsks("remove")}>
            Remove
          </Button>
        </div>
      }
    >
      <p className="border-b border-line px-5 py-3 text-ink-2">
        <code className="font-mono text-12">{inlet.token_hint}</code>{" "}
        {inlet.drop_doubles
          ? `Doubles are kept out for ${inlet.window_seconds} s.`
          : "Doubles go on as well."}{" "}
        Takes {inlet.rate_limit_per_second} deliveries a second.
      </p>
      <Receipts inletId={id} />
      <Ask what={asks} inlet={inlet} onClose={() => setAsks(undefined)} onAddress={onAddress} />
    </Panel>
  );
}

interface AskProps extends InletProps {
  readonly what: "rotate" | "remove" | undefined;
  readonly onClose: () => void;
}

/** Both end the address that the other system sends to, so they are asked for first. */
function Ask({ what, inlet, onClose, onAddress }: AskProps) {
  const { id, name } = inlet;
  const act = useMutation({
    mutationFn: async () =>
      what === "remove" ? api.inlets.delete({ id }) : api.inletTokens.rotate({ id }),
    async onSuccess(made) {
      onClose();
      if (made) onAddress(made.url);
      await readAgain();
    },
  });
  const isRemoval = what === "remove";
  return (
    <Dialog
      title={isRemoval ? `Remove ${name}` : `A new address for ${name}`}
      open={what !== undefined}
      onClose={onClose}
    >
      <div className="grid gap-4">
        <p>
          The present address takes nothing more from then on: what is still sent to it is refused.
          What it took stays in the feed.
        </p>
        {act.isError && <Failure error={act.error} />}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Leave it as it is</Button>
          <Button
            look={isRemoval ? "danger" : "strong"}
            disabled={act.isPending}
            onClick={() => act.mutate()}
          >
            {isRemoval ? "Remove it" : "Make a new address"}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
