import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useDeferredValue, useState } from "react";
import type { Party } from "../../../src/contract/meta.ts";
import { Audience } from "../catalogue/Audience.tsx";
import { Prose } from "../catalogue/Prose.tsx";
import { PublicPage } from "../catalogue/PublicHead.tsx";
import { RoleSwitch } from "../catalogue/RoleSwitch.tsx";
import { byStage, type CatalogueEntry } from "../catalogue/stages.ts";
import { catalogueQuery } from "../live.ts";
import { Button } from "../ui/Button.tsx";
import { Circuit } from "../ui/Circuit.tsx";
import { controlClass } from "../ui/Field.tsx";
import { Failure, Skeleton } from "../ui/Note.tsx";

/** Every event there is: when it fires and who gets it. Open to all. */
export function EventTypes() {
  const catalogue = useQuery(catalogueQuery);
  const [words, setWords] = useState("");
  const [role, setRole] = useState<Party | null>(null);
  const wanted = useDeferredValue(words.trim().toLowerCase());
  const all = catalogue.data?.data ?? [];
  const shown = all.filter((entry) => fits(entry, wanted) && fitsRole(entry, role));
  return (
    <PublicPage title="Event catalogue">
      <h1>Event catalogue</h1>
      <p className="mt-1 max-w-[75ch] text-ink-2">
        What Heliograph tells the company that sells and the company that installs, in the order in
        which a deal meets it. Every event is delivered signed, in order for each customer, and
        complete enough to act on.
      </p>
      <div className="mt-5 flex flex-wrap items-center gap-3">
        <input
          type="search"
          aria-label="Find an event"
          placeholder="Find by name or by what happened"
          value={words}
          onChange={({ target }) => setWords(target.value)}
          className={`${controlClass} needs-script max-w-[340px]`}
        />
        <RoleSwitch
          label="Who gets it"
          parties={["sales_org", "epc"]}
          either="Everyone"
          role={role}
          onChange={setRole}
        />
        <span role="status" className="text-ink-3">
          {catalogue.data &&
            (shown.length === all.length
              ? `${all.length} events`
              : `${shown.length} of ${all.length} events`)}
        </span>
      </div>
      {catalogue.isPending && <Skeleton rows={12} />}
      {catalogue.isError && (
        <div className="mt-5">
          <Failure error={catalogue.error} retry={() => void catalogue.refetch()} />
        </div>
      )}
      {catalogue.data && shown.length === 0 && (
        <div className="flex flex-col items-center gap-3 py-16 text-center text-ink-2">
          <Circuit fate="none" width={46} />
          <p>No event is like this.</p>
          <Button
            onClick={() => {
              setWords("");
              setRole(null);
            }}
          >
            Show all events
          </Button>
        </div>
      )}
      <div className="mt-7">
        {byStage(shown).map(([stage, entries], position, groups) => (
          <Stage
            key={stage}
            stage={stage}
            entries={entries}
            isLast={position === groups.length - 1}
          />
        ))}
      </div>
    </PublicPage>
  );
}

const fits = ({ type, label, trigger }: CatalogueEntry, wanted: string) =>
  `${type} ${label} ${trigger}`.toLowerCase().includes(wanted);
const fitsRole = ({ audience }: CatalogueEntry, role: Party | null) =>
  role === null || audience.includes(role);

interface StageProps {
  readonly stage: string;
  readonly entries: readonly CatalogueEntry[];
  readonly isLast: boolean;
}

/** A stage as a point of the one line, with its events beside it. */
function Stage({ stage, entries, isLast }: StageProps) {
  return (
    <section aria-label={stage} className="relative pb-6 pl-7 lg:grid lg:grid-cols-[148px_1fr]">
      <span aria-hidden className="absolute top-1.5 left-0 size-3 rounded-full bg-ink" />
      {!isLast && (
        <span aria-hidden className="absolute top-6 -bottom-1 left-[5px] w-0.5 bg-line-2" />
      )}
      <h2 className="pb-2">
        {stage} <span className="text-13 font-[450] text-ink-3">{entries.length}</span>
      </h2>
      <ul className="min-w-0 rounded-panel border border-line bg-surface">
        {entries.map(({ type, trigger, audience }) => (
          <li
            key={type}
            className="relative grid gap-x-5 gap-y-1 border-b border-line px-4 py-2.5 last:border-0 hover:bg-sunken md:grid-cols-[270px_1fr_auto]"
          >
            {/* Named by its event alone, and as large as its row. */}
            <Link
              to="/event-types/$type"
              params={{ type }}
              className="min-w-0 font-mono font-[500] break-words text-cell after:absolute after:inset-0"
            >
              {type}
            </Link>
            <span className="min-w-0 break-words text-ink-2">
              <Prose text={trigger} />
            </span>
            <span>
              <Audience audience={audience} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
