import { Check } from "lucide-react";
import type { ReactNode } from "react";
import { LinkButton } from "../ui/LinkButton.tsx";
import { Panel } from "../ui/Panel.tsx";

interface FirstStepsProps {
  readonly sells: boolean;
  readonly hasEvents: boolean;
  readonly hasEndpoint: boolean;
}

/** What a fresh organization does first: something that happens, and somebody who hears of it. */
export function FirstSteps({ sells, hasEvents, hasEndpoint }: FirstStepsProps) {
  return (
    <Panel title="First steps">
      <ol className="grid md:grid-cols-2">
        <Step
          isDone={hasEndpoint}
          title="Add an endpoint"
          words="The URL of your program. It gets every event from then on, signed."
          action={
            <LinkButton small to="/endpoints">
              Add an endpoint
            </LinkButton>
          }
          command="npx heliograph listen"
        />
        {sells ? (
          <Step
            isDone={hasEvents}
            title="Add a customer"
            words="The flow begins with one: it is the first event."
            action={
              <LinkButton small to="/customers">
                Add a customer
              </LinkButton>
            }
            command="npx heliograph trigger new_customer"
          />
        ) : (
          <Step
            isDone={hasEvents}
            title="Be chosen on a deal"
            words="A sales organization that sells for you chooses you on a deal; you hear of it from then on. Until then, send yourself an example."
            action={
              <LinkButton small to="/playground" search={{ type: "new_install" }}>
                Send an example
              </LinkButton>
            }
            command="npx heliograph trigger new_install"
          />
        )}
      </ol>
    </Panel>
  );
}

interface StepProps {
  readonly isDone: boolean;
  readonly title: string;
  readonly words: string;
  readonly action: ReactNode;
  readonly command: string;
}

function Step({ isDone, title, words, action, command }: StepProps) {
  return (
    <li className="flex gap-3 border-b border-line px-5 py-4 last:border-0 md:border-r md:border-b-0">
      <span
        aria-hidden
        className={`mt-0.5 flex size-4 shrink-0 items-center justify-center rounded-full border-2 ${isDone ? "border-ok bg-ok text-surface" : "border-line-2"}`}
      >
        {isDone && <Check size={10} strokeWidth={3.5} />}
      </span>
      <div className="grid min-w-0 content-start gap-1.5">
        <h3>
          {title}
          {isDone && <span className="font-[450] text-ok">, done</span>}
        </h3>
        {!isDone && (
          <>
            <p className="text-ink-2">{words}</p>
            <p>{action}</p>
            <code className="max-w-full truncate justify-self-start rounded-tag bg-sunken px-2 py-1 font-mono text-12 text-ink-2">
              {command}
            </code>
          </>
        )}
      </div>
    </li>
  );
}
