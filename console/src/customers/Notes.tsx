import { useQuery } from "@tanstack/react-query";
import type { Customer } from "../../../src/contract/resources/customer.ts";
import { api } from "../api.ts";
import { CommandButton } from "../forms/CommandForm.tsx";
import { given } from "../forms/given.ts";
import { useWhyNot } from "../rights.ts";
import { Failure, Skeleton } from "../ui/Note.tsx";
import { Panel } from "../ui/Panel.tsx";
import { Time } from "../ui/Time.tsx";
import { notesOfQuery } from "./read.ts";
import { LongText } from "../ui/LongText.tsx";

/** Writes a note on a customer. */
export function NewNote({ customer, small = false }: { customer: Customer; small?: boolean }) {
  const because = useWhyNot("createNote");
  return (
    <CommandButton
      name="createNote"
      title="New note"
      verb="Add the note"
      label="New note"
      small={small}
      {...(small && { look: "quiet" as const })}
      because={because}
      run={(body) => api.notes.create(given({ id: customer.id, ...body }))}
    />
  );
}

/** What people wrote down about a customer, newest first. */
export function Notes({ customer }: { readonly customer: Customer }) {
  const because = useWhyNot("updateNote");
  const read = useQuery(notesOfQuery(customer.id));
  return (
    <Panel title="Notes" aside={<NewNote customer={customer} small />}>
      {read.isPending && <Skeleton rows={2} />}
      {read.isError && (
        <div className="p-4">
          <Failure error={read.error} retry={() => void read.refetch()} />
        </div>
      )}
      {read.data?.length === 0 && <p className="px-5 py-4 text-ink-2">No note yet.</p>}
      <ul>
        {read.data
          ?.toSorted((one, other) => other.created_at.localeCompare(one.created_at))
          .map((note) => (
            <li key={note.id} className="border-b border-line px-5 py-3 last:border-b-0">
              <LongText text={note.body} />
              <div className="mt-1 flex items-center justify-between gap-3 text-12 text-ink-3">
                <span className="min-w-0 truncate" title={note.author}>
                  <bdi>{note.author}</bdi>, <Time at={note.created_at} />
                  {note.version > 1 && ", changed since"}
                </span>
                <CommandButton
                  name="updateNote"
                  title="Change the note"
                  verb="Save the note"
                  label="Change"
                  small
                  look="quiet"
                  because={because}
                  before={note}
                  run={(body) =>
                    api.notes.update(given({ id: note.id, ...body }), { ifMatch: note.version })
                  }
                />
              </div>
            </li>
          ))}
      </ul>
    </Panel>
  );
}
