import { useState, type FormEvent } from "react";
import type { GuestPage, Mark } from "../../../src/contract/resources/link.ts";
import { Decline } from "./Decline.tsx";
import { BigButton, Card, Trouble } from "./Frame.tsx";
import { Pad } from "./Pad.tsx";
import type { OpenPage } from "./useGuestPage.ts";

interface SignProps {
  readonly open: OpenPage;
  readonly page: GuestPage;
  readonly what: string;
}

type Kind = Mark["kind"];

/** The signature, typed or drawn, and the way not to sign. */
export function Sign({ open, page, what }: SignProps) {
  const [kind, setKind] = useState<Kind>("typed");
  const [name, setName] = useState("");
  const [strokes, setStrokes] = useState<number[][]>([]);
  const [fault, setFault] = useState<string>();
  const { act, error, isBusy } = open;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const mark = markOf(kind, name.trim(), strokes);
    if (mark === undefined) {
      setFault(kind === "typed" ? "Type your name to sign." : "Draw your signature to sign.");
      return;
    }
    setFault(undefined);
    const document_sha256 = page.document?.sha256 ?? "";
    void act((holder) => holder.sign({ document_sha256, mark }));
  };
  return (
    <form onSubmit={submit} className="grid gap-4" noValidate>
      <Card>
        <h2 className="mb-3">Your signature</h2>
        <fieldset className="mb-3 flex flex-wrap gap-x-6">
          <legend className="sr-only">How you sign</legend>
          <Choice label="Type it" isChosen={kind === "typed"} onChoose={() => setKind("typed")} />
          <Choice label="Draw it" isChosen={kind === "drawn"} onChoose={() => setKind("drawn")} />
        </fieldset>
        {kind === "typed" ? (
          <label className="grid gap-1">
            <span className="text-13 text-ink-2">Your full name</span>
            <input
              value={name}
              onChange={(event) => setName(event.target.value)}
              maxLength={200}
              autoComplete="name"
              dir="auto"
              className="min-h-14 w-full rounded-control border border-line-2 bg-surface px-3 text-22 text-ink italic"
            />
          </label>
        ) : (
          <Pad strokes={strokes} onChange={setStrokes} />
        )}
        {fault !== undefined && (
          <p role="alert" className="mt-2 text-fail">
            {fault}
          </p>
        )}
      </Card>
      <Trouble error={error} />
      <BigButton type="submit" look="strong" disabled={isBusy}>
        Sign the {what}
      </BigButton>
      {page.subject === "agreement" && <Refuse open={open} what={what} />}
    </form>
  );
}

function markOf(kind: Kind, name: string, strokes: number[][]): Mark | undefined {
  if (kind === "typed") return name === "" ? undefined : { kind, name };
  return strokes.length === 0 ? undefined : { kind, strokes };
}

interface ChoiceProps {
  readonly label: string;
  readonly isChosen: boolean;
  readonly onChoose: () => void;
}

function Choice({ label, isChosen, onChoose }: ChoiceProps) {
  return (
    <label className="flex min-h-11 items-center gap-2">
      <input
        type="radio"
        name="kind"
        checked={isChosen}
        onChange={onChoose}
        className="size-5 shrink-0"
      />
      {label}
    </label>
  );
}

/** Asked twice: whoever taps it by mistake would have to ask for a new document. */
function Refuse({ open, what }: { readonly open: OpenPage; readonly what: string }) {
  const [isAsked, setAsked] = useState(false);
  if (!isAsked) {
    return (
      <BigButton disabled={open.isBusy} onClick={() => setAsked(true)}>
        I do not want to sign
      </BigButton>
    );
  }
  return (
    <div className="grid gap-3 rounded-control bg-sunken p-4">
      <p>
        Decline the {what}? The company is told, and has to send it again if you change your mind.
      </p>
      <Decline open={open} action="Decline" keep="Go on reading" onKeep={() => setAsked(false)} />
    </div>
  );
}
