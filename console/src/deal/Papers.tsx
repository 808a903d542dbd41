import { useMutation } from "@tanstack/react-query";
import { api } from "../api.ts";
import { Command } from "../forms/Command.tsx";
import { given } from "../forms/given.ts";
import { Panel } from "../ui/Panel.tsx";
import { inWords, Tag } from "../ui/Tag.tsx";
import { Time } from "../ui/Time.tsx";
import { Nothing } from "./Offer.tsx";
import { as, type DealRecords } from "./read.ts";
import { LongText } from "../ui/LongText.tsx";
import { Failure } from "../ui/Note.tsx";

/** What is kept beside the contract: visits to the house, files, notes. */
export function Papers({
  records,
  isSales,
}: {
  readonly records: DealRecords;
  readonly isSales: boolean;
}) {
  return (
    <>
      <SiteSurveys records={records} />
      <Files records={records} />
      <Notes records={records} isSales={isSales} />
    </>
  );
}

function SiteSurveys({
  records: { survey, siteSurveys, agreement },
}: {
  readonly records: DealRecords;
}) {
  return (
    <Panel
      title="Site surveys"
      aside={
        <Command
          name="createSiteSurvey"
          title="Plan a site survey"
          verb="Plan"
          label="Plan a site survey"
          start={{ kind: "visit" }}
          run={(body) =>
            api.siteSurveys.create({ id: survey.id, ...given<{ kind: "visit" | "virtual" }>(body) })
          }
        />
      }
    >
      <ul>
        {siteSurveys.map(({ id, version, kind, scheduled_at, completed_at, notes }) => (
          <li
            key={id}
            className="grid grid-cols-1 gap-1 border-b border-line px-5 py-3 last:border-0"
          >
            <div className="flex items-center justify-between gap-2">
              <span className="font-[560]">{inWords(kind)}</span>
              {completed_at === null ? (
                <Command
                  name="completeSiteSurvey"
                  title="Complete the site survey"
                  verb="Complete"
                  cell={agreement ? undefined : { refusedBy: "agreement_exists" }}
                  run={(body) =>
                    api.siteSurveys.complete({ id, ...given<object>(body) }, { ifMatch: version })
                  }
                />
              ) : (
                <Tag tone="ok">Completed</Tag>
              )}
            </div>
            <p className="text-12 text-ink-2">
              {completed_at !== null ? (
                <Time at={completed_at} />
              ) : scheduled_at !== null ? (
                <Time at={scheduled_at} as="full" />
              ) : (
                "Not scheduled"
              )}
            </p>
            {notes !== null && <LongText text={notes} />}
          </li>
        ))}
        {siteSurveys.length === 0 && <Nothing>None planned.</Nothing>}
      </ul>
    </Panel>
  );
}

function Files({ records: { survey, files } }: { readonly records: DealRecords }) {
  return (
    <Panel
      title="Files"
      aside={
        <Command
          name="createFile"
          title="Add a file"
          verb="Add"
          label="Add a file"
          start={{ category: "other" }}
          run={(body) =>
            api.files.create({
              id: survey.id,
              ...given<Omit<Parameters<typeof api.files.create>[0], "id">>(body),
            })
          }
        />
      }
    >
      <ul>
        {files.map(({ id, name, category, size_bytes, created_at }) => (
          <li key={id} className="border-b border-line px-5 py-2.5 last:border-0">
            <FileLink id={id} name={name} />
            <p className="text-12 text-ink-3">
              {inWords(category)}, {Math.max(1, Math.round(size_bytes / 1024)).toLocaleString()} KB,{" "}
              <Time at={created_at} />
            </p>
          </li>
        ))}
        {files.length === 0 && <Nothing>No file yet.</Nothing>}
      </ul>
    </Panel>
  );
}

/** The link of a file expires, so a fresh one is asked for when it is opened. */
function FileLink({ id, name }: { readonly id: string; readonly name: string }) {
  const open = useMutation({
    mutationFn: () => api.files.get({ id }),
    onSuccess: ({ content_url }) => window.open(content_url, "_blank", "noopener"),
  });
  return (
    <>
      <button
        type="button"
        onClick={() => open.mutate()}
        title={name}
        className="max-w-full truncate text-left font-[560] text-cell hover:underline"
        dir="auto"
      >
        {name}
      </button>
      {open.isError && <Failure error={open.error} retry={() => open.mutate()} />}
    </>
  );
}

function Notes({ records, isSales }: { readonly records: DealRecords; readonly isSales: boolean }) {
  const { install, installNotes, notes, customer } = records;
  const all = [
    ...notes.map((note) => ({ note, isShared: false })),
    ...installNotes.map((note) => ({ note, isShared: true })),
  ].toSorted((one, other) => (one.note.created_at < other.note.created_at ? 1 : -1));
  return (
    <Panel
      title="Notes"
      aside={
        <span className="flex flex-wrap gap-2">
          {isSales && (
            <Command
              name="createNote"
              title="A note for the sales organization"
              verb="Add a note"
              run={(body) =>
                api.notes.create({ id: customer.id, ...given<{ body: string }>(body) })
              }
            />
          )}
          {install && (
            <Command
              name="createInstallNote"
              title="A note on the install, for both parties"
              verb="Add an install note"
              run={(body) =>
                api.installNotes.create({ id: install.id, ...given<{ body: string }>(body) })
              }
            />
          )}
        </span>
      }
    >
      <ul>
        {all.map(({ note, isShared }) => (
          <li
            key={note.id}
            className="grid grid-cols-1 gap-1 border-b border-line px-5 py-3 last:border-0"
          >
            <LongText text={note.body} />
            <div className="flex items-center gap-2 text-12 whitespace-nowrap text-ink-3">
              <span dir="auto" title={note.author} className="min-w-0 truncate">
                {note.author}
              </span>
              <Time at={note.created_at} />
              <Tag>{isShared ? "Both parties" : "Sales only"}</Tag>
              {!isShared && (
                <span className="ml-auto">
                  <Command
                    name="updateNote"
                    title="Change the note"
                    verb="Change"
                    look="quiet"
                    before={as(note)}
                    run={(body) =>
                      api.notes.update(
                        { id: note.id, ...given<object>(body) },
                        { ifMatch: note.version },
                      )
                    }
                  />
                </span>
              )}
            </div>
          </li>
        ))}
        {all.length === 0 && <Nothing>No note yet.</Nothing>}
      </ul>
    </Panel>
  );
}
