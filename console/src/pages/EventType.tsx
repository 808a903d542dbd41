import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { ArrowLeft, ArrowRight } from "lucide-react";
import { useState } from "react";
import type { Party } from "../../../src/contract/meta.ts";
import { Audience } from "../catalogue/Audience.tsx";
import { Example, Headers, SignatureCheck } from "../catalogue/Delivery.tsx";
import { FieldTable } from "../catalogue/FieldTable.tsx";
import { FlowRail } from "../catalogue/FlowRail.tsx";
import { Prose } from "../catalogue/Prose.tsx";
import { PublicPage } from "../catalogue/PublicHead.tsx";
import { RoleSwitch } from "../catalogue/RoleSwitch.tsx";
import { schemaQuery } from "../catalogue/read.ts";
import { byStage, stageOf, type CatalogueEntry } from "../catalogue/stages.ts";
import { catalogueQuery } from "../live.ts";
import { sessionQuery } from "../session.ts";
import { CopyButton } from "../ui/Copy.tsx";
import { LinkButton } from "../ui/LinkButton.tsx";
import { Failure, Skeleton } from "../ui/Note.tsx";
import { Panel } from "../ui/Panel.tsx";

/** One event: when it fires, who gets it, and every field of its body. */
export function EventType() {
  const { type } = useParams({ from: "/event-types/$type" });
  const catalogue = useQuery(catalogueQuery);
  const entries = byStage(catalogue.data?.data ?? []).flatMap(([, those]) => those);
  const at = entries.findIndex((entry) => entry.type === type);
  const entry = entries[at];
  return (
    <PublicPage title={type}>
      {catalogue.isPending && <Skeleton />}
      {catalogue.isError && (
        <Failure error={catalogue.error} retry={() => void catalogue.refetch()} />
      )}
      {entry && <Told key={type} entry={entry} before={entries[at - 1]} after={entries[at + 1]} />}
      {catalogue.data && !entry && (
        <>
          <h1>No event has this name</h1>
          <p className="mt-2 break-words text-ink-2">
            <code className="font-mono">{type}</code> is not one of the {entries.length}.{" "}
            <Link to="/event-types" className="text-cell underline">
              See them all
            </Link>
          </p>
        </>
      )}
    </PublicPage>
  );
}

interface ToldProps {
  readonly entry: CatalogueEntry;
  readonly before: CatalogueEntry | undefined;
  readonly after: CatalogueEntry | undefined;
}

function Told({ entry, before, after }: ToldProps) {
  const { type, label, trigger, audience } = entry;
  const [role, setRole] = useState<Party | null>(null);
  const [first = "sales_org"] = audience;
  const schema = useQuery({
    ...schemaQuery(type, role),
    // The other party's fields stay until those of this one are there.
    placeholderData: (shown) => shown,
  });
  return (
    <>
      <Link to="/event-types" className="text-12 text-cell hover:underline">
        Event catalogue
      </Link>
      <div className="mt-1 flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <div className="min-w-0">
          <h1 className="font-mono text-22 break-words">{type}</h1>
          <p className="mt-1 flex flex-wrap items-center gap-2 text-ink-2">
            {label}, goes to <Audience audience={audience} />
          </p>
        </div>
        <SendOne type={type} />
      </div>
      <p className="mt-4 max-w-[75ch] text-15 leading-6">
        <Prose text={trigger} />
      </p>
      <div className="mt-4">
        <FlowRail lit={stageOf(type)} />
      </div>
      <Neighbours before={before} after={after} />
      <div className="mt-6 grid grid-cols-[minmax(0,1fr)] items-start gap-5 lg:grid-cols-[minmax(0,1fr)_minmax(0,460px)]">
        <Panel
          title="Fields"
          className="min-w-0"
          aside={
            <span className="flex flex-wrap items-center gap-3">
              {audience.length > 1 && (
                <RoleSwitch
                  label="As whom to read it"
                  parties={audience}
                  either="Either"
                  role={role}
                  onChange={setRole}
                />
              )}
              <a
                href={`/v1/schemas/${type}.json${role ? `?role=${role}` : ""}`}
                className="text-12 text-cell underline"
              >
                JSON Schema
              </a>
            </span>
          }
        >
          {schema.isPending && <Skeleton rows={10} />}
          {schema.isError && (
            <div className="p-5">
              <Failure error={schema.error} retry={() => void schema.refetch()} />
            </div>
          )}
          {schema.data && <FieldTable type={type} schema={schema.data} />}
        </Panel>
        <div className="grid min-w-0 grid-cols-[minmax(0,1fr)] gap-5">
          <Example type={type} role={role ?? first} />
          <SignatureCheck type={type} />
          <Headers />
        </div>
      </div>
    </>
  );
}

/** The two ways to get one: the playground for who is signed in, and the line for a terminal. */
function SendOne({ type }: { readonly type: string }) {
  const { data: session } = useQuery(sessionQuery);
  const command = `npx heliograph trigger ${type}`;
  return (
    <div className="flex min-w-0 flex-wrap items-center gap-2">
      <span className="inline-flex h-8 min-w-0 items-center gap-1 rounded-control bg-sunken pr-1 pl-3">
        <code className="min-w-0 truncate font-mono text-12 text-ink-2">{command}</code>
        <CopyButton text={command} label="Copy the command" />
      </span>
      {session?.scopes.includes("endpoints:write") === true && (
        <LinkButton strong to="/playground" search={{ type }}>
          Send me one
        </LinkButton>
      )}
    </div>
  );
}

/** What a deal meets before and after. */
function Neighbours({ before, after }: Omit<ToldProps, "entry">) {
  const look = "inline-flex min-w-0 items-center gap-1.5 text-12 text-ink-2 hover:text-cell";
  return (
    <nav
      aria-label="Before and after in the flow"
      className="mt-3 flex flex-wrap justify-between gap-3"
    >
      {before ? (
        <Link to="/event-types/$type" params={{ type: before.type }} className={look}>
          <ArrowLeft size={13} aria-hidden className="shrink-0" />
          Before it <code className="truncate font-mono">{before.type}</code>
        </Link>
      ) : (
        <span className="text-12 text-ink-3">The flow begins here</span>
      )}
      {after ? (
        <Link to="/event-types/$type" params={{ type: after.type }} className={look}>
          After it <code className="truncate font-mono">{after.type}</code>
          <ArrowRight size={13} aria-hidden className="shrink-0" />
        </Link>
      ) : (
        <span className="text-12 text-ink-3">The flow ends here</span>
      )}
    </nav>
  );
}
