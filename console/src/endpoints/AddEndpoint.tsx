import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState, type ReactNode } from "react";
import { operation } from "../../../src/contract/operations.ts";
import { HeliographError } from "../../../src/sdk/index.ts";
import { api, ruleOf, wordsOf } from "../api.ts";
import { Controls } from "../forms/Controls.tsx";
import { fieldsOf } from "../forms/schema.ts";
import { toBody, toDraft, type Draft } from "../forms/values.ts";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { Failure } from "../ui/Note.tsx";
import { readAgain } from "./read.ts";
import { Secret } from "./Secret.tsx";
import { SendTest } from "./SendTest.tsx";
import { StartChoice, type Start } from "./StartChoice.tsx";
import { TypeTree } from "./TypeTree.tsx";

type Made = Awaited<ReturnType<typeof api.endpoints.create>>;
type Body = Parameters<typeof api.endpoints.create>[0];

const steps = ["Receiver", "Events", "Sending", "Secret", "Test"] as const;
/** Which fields of the contract each step asks for. */
const asked: Readonly<Record<string, readonly string[]>> = {
  Receiver: ["url", "description"],
  Sending: ["format", "on_failure", "signing"],
};
const fields = fieldsOf(operation("createEndpoint").body);
const fieldsAt = (step: string) => fields.filter(({ name }) => asked[step]?.includes(name));

/** Adds a receiver step by step: where, what, how, its secret, and a test that shows the answer. */
export function AddEndpoint({ onClose }: { readonly onClose: () => void }) {
  const [at, setAt] = useState(0);
  const [draft, setDraft] = useState<Draft>(() =>
    toDraft(fields, { format: "heliograph", on_failure: "hold", signing: "hmac_sha256" }),
  );
  const [events, setEvents] = useState<string[] | null>(null);
  const [start, setStart] = useState<Start>("now");
  const step = steps[at] ?? "Receiver";
  const make = useMutation({
    mutationFn: () => {
      const given = toBody([...fieldsAt("Receiver"), ...fieldsAt("Sending")], draft);
      // The service checks it against the contract that the form was made from.
      return api.endpoints.create({ ...given, events, start } as Body);
    },
    async onSuccess() {
      await readAgain();
      setAt(steps.indexOf("Secret"));
    },
    onError: (error) => setAt(isOfReceiver(error) ? 0 : at),
  });
  const whyNot = whyNotOn(step, draft, events);
  const go = () => {
    if (step === "Sending") make.mutate();
    else setAt(at + 1);
  };
  const made = make.data;
  return (
    <Dialog title="Add an endpoint" open onClose={onClose} wide>
      <Steps at={at} />
      <form
        className="grid gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (whyNot === undefined && !made) go();
        }}
      >
        {!made && (step === "Receiver" || step === "Sending") && (
          <Controls
            fields={fieldsAt(step)}
            draft={draft}
            onChange={setDraft}
            faults={faultsOf(make.error)}
          />
        )}
        {step === "Events" && <TypeTree value={events} onChange={setEvents} />}
        {step === "Sending" && <StartChoice value={start} onChange={setStart} />}
        {make.isError && !made && <Refusal error={make.error} />}
        {!made && (
          <Foot>
            {whyNot !== undefined && (
              <span className="mr-auto self-center text-12 text-ink-3">{whyNot}</span>
            )}
            {at > 0 && <Button onClick={() => setAt(at - 1)}>Back</Button>}
            <Button type="submit" look="strong" because={whyNot} disabled={make.isPending}>
              {step === "Sending" ? "Add the endpoint" : `Next: ${steps[at + 1]?.toLowerCase()}`}
            </Button>
          </Foot>
        )}
      </form>
      {made && step === "Secret" && (
        <div className="grid gap-4">
          <Secret secret={made.secret} publicKey={made.public_key} />
          <Foot>
            <Button look="strong" onClick={() => setAt(at + 1)}>
              I have kept it
            </Button>
          </Foot>
        </div>
      )}
      {made && step === "Test" && <Tested made={made} onClose={onClose} />}
    </Dialog>
  );
}

function Tested({ made, onClose }: { readonly made: Made; readonly onClose: () => void }) {
  return (
    <div className="grid gap-4">
      <p className="text-ink-2">
        The endpoint is there and gets what it subscribed to. Send it a test to see that it answers.
      </p>
      <SendTest id={made.id} events={made.events} />
      <Foot>
        <Link
          to="/endpoints/$id"
          params={{ id: made.id }}
          onClick={onClose}
          className="inline-flex h-8 items-center px-3 text-cell underline"
        >
          Open the endpoint
        </Link>
        <Button look="strong" onClick={onClose}>
          Done
        </Button>
      </Foot>
    </div>
  );
}

const Foot = ({ children }: { readonly children: ReactNode }) => (
  <div className="flex justify-end gap-2">{children}</div>
);

function Steps({ at }: { readonly at: number }) {
  return (
    <ol className="mb-4 flex flex-wrap gap-x-1 gap-y-1 text-12" aria-label="Steps">
      {steps.map((step, index) => (
        <li
          key={step}
          aria-current={index === at ? "step" : undefined}
          className={`flex items-center gap-1.5 rounded-tag px-2 py-0.5 ${index === at ? "bg-sun font-[600] text-sun-ink" : index < at ? "text-ink" : "text-ink-3"}`}
        >
          {index + 1}. {step}
        </li>
      ))}
    </ol>
  );
}

/** Why a step is not complete. */
function whyNotOn(step: string, draft: Draft, events: string[] | null): string | undefined {
  if (step === "Events" && events?.length === 0) return "Choose at least one event.";
  if (step !== "Receiver") return undefined;
  const url = typeof draft["url"] === "string" ? draft["url"] : "";
  return URL.canParse(url) && /^https?:/.test(url)
    ? undefined
    : "Give the whole URL, such as https://example.com/hooks/solar.";
}

/** Whether what was refused is on the first step. */
const isOfReceiver = (error: unknown) =>
  ruleOf(error) === "url_reachable" ||
  [...faultsOf(error).keys()].some((at) => at === "/url" || at === "/description");

function faultsOf(error: unknown): ReadonlyMap<string, string> {
  if (ruleOf(error) === "url_reachable") return new Map([["/url", wordsOf(error)]]);
  return new Map(
    error instanceof HeliographError
      ? (error.problem.errors ?? []).map(({ at, message }) => [at, message])
      : [],
  );
}

function Refusal({ error }: { readonly error: unknown }) {
  if (ruleOf(error) !== "url_reachable") return <Failure error={error} />;
  return (
    <div role="alert" className="rounded-control bg-fail-tint px-3 py-2 text-fail">
      This installation does not send there, so nothing was added. Use a public https address, or
      have the operator allow the range with{" "}
      <code className="font-mono text-12">HELIOGRAPH_EGRESS_ALLOW</code>.
    </div>
  );
}
