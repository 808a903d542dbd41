import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { OperationAnswer } from "../../../src/contract/operations.ts";
import { api } from "../api.ts";
import { CommandButton } from "../forms/CommandForm.tsx";
import { InletPanel } from "../inbound/Inlets.tsx";
import { inletsQuery, readAgain } from "../inbound/read.ts";
import { onceWords, ShownOnce } from "../organizations/ShownOnce.tsx";
import { useWhyNot } from "../rights.ts";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { Empty, Failure, Skeleton } from "../ui/Note.tsx";
import { Page } from "../ui/Page.tsx";
import { Panel } from "../ui/Panel.tsx";

/** Where other systems send to, and what came of it. */
export function Inbound() {
  const inlets = useQuery(inletsQuery);
  const [address, setAddress] = useState<string>();
  const all = inlets.data?.data;
  const add = (
    <CommandButton
      name="createInlet"
      title="Make an inlet"
      verb="Make it"
      label="Make an inlet"
      look="strong"
      because={useWhyNot("createInlet")}
      start={{ name: "Enerflo" }}
      run={(body) => api.inlets.create({ name: "Enerflo", ...body })}
      onDone={(made) => {
        setAddress((made as OperationAnswer<"createInlet">).url);
        void readAgain();
      }}
    />
  );
  return (
    <Page
      title="Inbound"
      summary="What Enerflo sends today, taken in, put in order, and sent on signed."
      actions={all && all.length > 0 && add}
    >
      <div className="grid grid-cols-1 gap-5 px-4 sm:px-7">
        {inlets.isPending && <Skeleton rows={5} />}
        {inlets.isError && <Failure error={inlets.error} retry={() => void inlets.refetch()} />}
        {all?.length === 0 && (
          <Panel>
            <Empty
              title="No inlet yet. Make one, and give its address to Enerflo as the URL of a webhook."
              action={add}
            />
          </Panel>
        )}
        {all?.map((inlet) => (
          <InletPanel key={inlet.id} inlet={inlet} onAddress={setAddress} />
        ))}
      </div>
      <Dialog
        title="The address of the inlet"
        open={address !== undefined}
        onClose={() => setAddress(undefined)}
        wide
      >
        <div className="grid gap-4">
          <p className="text-ink-2">{onceWords}</p>
          <ShownOnce label="URL for webhooks" secret={address ?? ""} />
          <p className="text-12 text-ink-3">
            Endpoints get what comes only where they name <code className="font-mono">inbound</code>{" "}
            among their events.
          </p>
          <div className="flex justify-end">
            <Button look="strong" onClick={() => setAddress(undefined)}>
              I have copied it
            </Button>
          </div>
        </div>
      </Dialog>
    </Page>
  );
}
