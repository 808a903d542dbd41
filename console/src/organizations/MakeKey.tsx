import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { OperationAnswer } from "../../../src/contract/operations.ts";
import { scopes, scopeSummaries, type Scope } from "../../../src/contract/scopes.ts";
import { api } from "../api.ts";
import { CommandForm } from "../forms/CommandForm.tsx";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { usersQuery } from "./read.ts";
import { onceWords, ShownOnce } from "./ShownOnce.tsx";

interface MakeKeyProps {
  readonly organization: { readonly id: string; readonly name: string };
  /** What the maker may give: a key never gives what its maker lacks. */
  readonly scopesToGive?: readonly Scope[];
  readonly because?: string | undefined;
  readonly small?: boolean;
}

/** Makes a key and shows it once. */
export function MakeKey(props: MakeKeyProps) {
  const { organization, because, small = false } = props;
  const [isOpen, setOpen] = useState(false);
  const [made, setMade] = useState<OperationAnswer<"createKey">>();
  const close = () => {
    setOpen(false);
    setMade(undefined);
  };
  return (
    <>
      <Button small={small} because={because} onClick={() => setOpen(true)}>
        Make a key
      </Button>
      <Dialog
        title={made ? "The key was made" : `Make a key for ${organization.name}`}
        open={isOpen}
        onClose={close}
        wide
      >
        {made ? <Shown made={made} onDone={close} /> : <KeyForm {...props} onMade={setMade} />}
      </Dialog>
    </>
  );
}

interface KeyFormProps extends MakeKeyProps {
  readonly onMade: (made: OperationAnswer<"createKey">) => void;
}

function KeyForm({ organization, scopesToGive = scopes, onMade }: KeyFormProps) {
  // Read when the form is opened: the operator's list has a button for each organization.
  const users = useQuery(usersQuery(organization.id));
  return (
    <CommandForm
      name="createKey"
      title=""
      verb="Make the key"
      run={(body) => api.keys.create({ id: organization.id, ...body })}
      names={{
        scopes: scopesToGive.map((scope) => [scope, scopeSummaries[scope]] as const),
        user_id: (users.data ?? []).map(({ id, name }) => [id, name] as const),
      }}
      onDone={(answer) => onMade(answer as OperationAnswer<"createKey">)}
    />
  );
}

interface ShownProps {
  readonly made: OperationAnswer<"createKey">;
  readonly onDone: () => void;
}

function Shown({ made, onDone }: ShownProps) {
  return (
    <div className="grid gap-4">
      <p className="text-ink-2">{onceWords}</p>
      <ShownOnce label={made.name} secret={made.key} />
      <p className="text-12 text-ink-3">
        Programs send it as <code className="font-mono">Authorization: Bearer …</code>; people sign
        in to this console with it.
      </p>
      <div className="flex justify-end">
        <Button look="strong" onClick={onDone}>
          I have copied it
        </Button>
      </div>
    </div>
  );
}
