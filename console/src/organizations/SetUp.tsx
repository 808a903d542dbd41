import { useMutation } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import type { Party } from "../../../src/contract/meta.ts";
import type { OperationAnswer } from "../../../src/contract/operations.ts";
import type { CallInput } from "../../../src/sdk/client.ts";
import { api, queries } from "../api.ts";
import { CommandForm } from "../forms/CommandForm.tsx";
import { Button } from "../ui/Button.tsx";
import { TextField } from "../ui/Field.tsx";
import { Failure } from "../ui/Note.tsx";
import { Panel } from "../ui/Panel.tsx";
import { ShownOnce } from "./ShownOnce.tsx";
import { useSignInAs } from "./signInAs.ts";

type Made = OperationAnswer<"createOrganization">;
/** What has been made so far; a step that failed goes on with it. */
interface Progress {
  readonly seller?: Made;
  readonly installer?: Made;
  readonly keys?: Readonly<Record<Party, string>>;
}

const steps = ["Sales organization", "Installer", "Partnership and keys"] as const;

/** The first two companies of an installation, in three steps, ending with a key of each. */
export function SetUp({ onDone }: { readonly onDone: () => void }) {
  const [{ seller, installer, keys }, setProgress] = useState<Progress>({});
  const keep = (made: Progress) => setProgress((before) => ({ ...before, ...made }));
  const at = !seller ? 0 : !installer ? 1 : 2;
  return (
    <Panel title="Set up your own">
      <Steps at={at} isDone={keys !== undefined} />
      <div className="border-t border-line px-5 py-5">
        {!seller && (
          <CompanyForm
            role="sales_org"
            words="The company that sells: it owns its customers, and its events begin with a lead."
            onMade={(made) => keep({ seller: made })}
          />
        )}
        {seller && !installer && (
          <CompanyForm
            role="epc"
            words="The company that builds: it is chosen on a deal, and hears of it from then on."
            onMade={(made) => keep({ installer: made })}
          />
        )}
        {seller && installer && !keys && (
          <KeysForm seller={seller} installer={installer} onMade={(made) => keep({ keys: made })} />
        )}
        {seller && installer && keys && (
          <Finished seller={seller} installer={installer} keys={keys} onDone={onDone} />
        )}
      </div>
    </Panel>
  );
}

function Steps({ at, isDone }: { readonly at: number; readonly isDone: boolean }) {
  return (
    <ol aria-label="Steps" className="flex flex-wrap gap-x-6 gap-y-2 px-5 py-4">
      {steps.map((step, position) => {
        const isPast = isDone || position < at;
        const isNow = !isDone && position === at;
        return (
          <li
            key={step}
            aria-current={isNow ? "step" : undefined}
            className={`relative flex items-center gap-2 ${isNow ? "font-[620]" : isPast ? "" : "text-ink-3"}`}
          >
            <span
              aria-hidden
              className={`size-3 rounded-full border-2 ${isNow ? "border-ink bg-sun" : isPast ? "border-ink bg-ink" : "border-line-2"}`}
            />
            {step}
            {isPast && <span className="sr-only">, done</span>}
          </li>
        );
      })}
    </ol>
  );
}

interface CompanyFormProps {
  readonly role: Party;
  readonly words: string;
  readonly onMade: (made: Made) => void;
}

function CompanyForm({ role, words, onMade }: CompanyFormProps) {
  return (
    <div key={role} className="grid max-w-[560px] gap-4">
      <p className="text-ink-2">{words}</p>
      <CommandForm
        name="createOrganization"
        title=""
        verb={role === "epc" ? "Make the installer" : "Make the sales organization"}
        only={["name", "email", "phone"]}
        run={(body) =>
          api.organizations.create({ ...body, roles: [role] } as CallInput<"createOrganization">)
        }
        onDone={(answer) => onMade(answer as Made)}
      />
    </div>
  );
}

interface KeysFormProps {
  readonly seller: Made;
  readonly installer: Made;
  readonly onMade: (keys: Readonly<Record<Party, string>>) => void;
}

function KeysForm({ seller, installer, onMade }: KeysFormProps) {
  const [name, setName] = useState("");
  const [made, setMade] = useState<Partial<Record<Party, string>>>({});
  const making = useMutation({
    async mutationFn() {
      // Made twice, a partnership is the same one; a key would be a second one, so what there is stays.
      await api.partnerships.create({ sales_org_id: seller.id, epc_id: installer.id });
      const keyOf = async ({ id }: Made) => (await api.keys.create({ id, name })).key;
      const sales_org = made.sales_org ?? (await keyOf(seller));
      setMade({ sales_org });
      return { sales_org, epc: await keyOf(installer) };
    },
    async onSuccess(keys) {
      await queries.invalidateQueries({ queryKey: ["flow"] });
      onMade(keys);
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    making.mutate();
  };
  return (
    <form onSubmit={submit} className="grid max-w-[560px] gap-4">
      <p className="break-words text-ink-2">
        <bdi>{seller.name}</bdi> may sell for <bdi>{installer.name}</bdi> from now on, and each gets
        a key that may do everything for it.
      </p>
      <TextField
        label="Name of the keys"
        required
        maxLength={200}
        value={name}
        placeholder="Casey Coordinator"
        hint="Events name it as who did what: take your own name, or that of your program."
        onChange={({ target }) => setName(target.value)}
      />
      {making.isError && <Failure error={making.error} />}
      <div className="flex justify-end">
        <Button type="submit" look="strong" disabled={making.isPending}>
          Make the partnership and the keys
        </Button>
      </div>
    </form>
  );
}

interface FinishedProps extends Omit<KeysFormProps, "onMade"> {
  readonly keys: Readonly<Record<Party, string>>;
  readonly onDone: () => void;
}

function Finished({ seller, installer, keys, onDone }: FinishedProps) {
  const signing = useSignInAs();
  return (
    <div className="grid max-w-[640px] gap-4">
      <p className="text-ink-2">
        Copy both now: they are shown this once, and only their hashes are kept. Signing in as a
        company ends your session as the operator; come back with the operator key.
      </p>
      {(
        [
          [seller, keys.sales_org],
          [installer, keys.epc],
        ] as const
      ).map(([{ id, name }, key]) => (
        <div key={id} className="grid gap-2">
          <ShownOnce label={`Key of ${name}`} secret={key} />
          <Button
            className="max-w-full justify-self-start"
            disabled={signing.isPending}
            onClick={() => signing.mutate(key)}
          >
            <span className="truncate">
              Sign in as <bdi>{name}</bdi>
            </span>
          </Button>
        </div>
      ))}
      {signing.isError && <Failure error={signing.error} />}
      <div className="flex justify-end">
        <Button look="quiet" onClick={onDone}>
          Stay the operator
        </Button>
      </div>
    </div>
  );
}
