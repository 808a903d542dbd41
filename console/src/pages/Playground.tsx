import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { byStage } from "../catalogue/stages.ts";
import { useOwnTypes } from "../endpoints/TypeTree.tsx";
import { endpointsQuery } from "../events/read.ts";
import { catalogueQuery } from "../live.ts";
import { SendPanel } from "../playground/SendPanel.tsx";
import { Editor, faultOf } from "../playground/Editor.tsx";
import { Code } from "../ui/Copy.tsx";
import { controlClass, TextField } from "../ui/Field.tsx";
import { Empty, Failure, Skeleton } from "../ui/Note.tsx";
import { Page } from "../ui/Page.tsx";
import { Panel } from "../ui/Panel.tsx";

/** Tries an event out: its example, what each field means, and what a receiver answers to it. */
export function Playground() {
  const search = useSearch({ from: "/signed-in/playground" });
  const navigate = useNavigate({ from: "/playground" });
  const catalogue = useQuery(catalogueQuery);
  const endpoints = useQuery(endpointsQuery);
  const types = useOwnTypes();
  const all = endpoints.data?.data ?? [];
  const endpoint = all.find(({ id }) => id === search.endpoint) ?? all[0];
  const type = types.some((each) => each.type === search.type)
    ? (search.type ?? "")
    : (types[0]?.type ?? "");
  const listed = catalogue.data?.data.find((each) => each.type === type);
  const example = listed ? JSON.stringify(listed.example, null, 2) : "";
  const [edited, setEdited] = useState<Readonly<Record<string, string>>>({});
  const text = edited[type] ?? example;
  const set = (changed: { type?: string; endpoint?: string }) =>
    void navigate({ search: (before) => ({ ...before, ...changed }), replace: true });
  return (
    <Page
      title="Playground"
      summary={
        listed
          ? `${listed.label}. ${listed.trigger.replaceAll("`", "")}`
          : "Try an event out on a receiver."
      }
      actions={
        <select
          aria-label="Event type"
          className={`${controlClass} !w-72 pr-7`}
          value={type}
          onChange={({ target }) => set({ type: target.value })}
        >
          {byStage(types).map(([stage, own]) => (
            <optgroup key={stage} label={stage}>
              {own.map((each) => (
                <option key={each.type} value={each.type}>
                  {each.type}
                </option>
              ))}
            </optgroup>
          ))}
        </select>
      }
    >
      <div className="grid grid-cols-1 gap-4 px-4 sm:px-7 xl:grid-cols-[minmax(0,1fr)_400px]">
        <div className="min-w-0">
          {catalogue.isPending && <Skeleton rows={12} />}
          {catalogue.isError && (
            <Failure error={catalogue.error} retry={() => void catalogue.refetch()} />
          )}
          {listed && (
            <Editor
              key={type}
              type={type}
              text={text}
              isEdited={text !== example}
              onChange={(changed) => setEdited({ ...edited, [type]: changed })}
              onReset={() => setEdited({ ...edited, [type]: example })}
            />
          )}
        </div>
        <div className="grid min-w-0 grid-cols-1 content-start gap-4">
          {endpoints.isError && (
            <Failure error={endpoints.error} retry={() => void endpoints.refetch()} />
          )}
          {endpoints.isSuccess && all.length === 0 && (
            <Panel>
              <Empty
                title="No endpoint yet to send it to."
                action={
                  <Link to="/endpoints" className="text-cell underline">
                    Add an endpoint
                  </Link>
                }
                command="npx heliograph endpoints create https://example.com/hooks"
              />
            </Panel>
          )}
          {all.length > 0 && (
            <SendPanel
              type={type}
              endpoints={all}
              endpoint={endpoint}
              onChoose={(id) => set({ endpoint: id })}
              isEdited={text !== example}
            />
          )}
          <AsCurl text={text} />
        </div>
      </div>
    </Page>
  );
}

/** The body as it stands, for a receiver that does not check signatures. */
function AsCurl({ text }: { readonly text: string }) {
  const [url, setUrl] = useState("http://localhost:3000/hooks");
  const fault = faultOf(text);
  const body = fault === undefined ? JSON.stringify(JSON.parse(text)) : "";
  return (
    <Panel title="As cURL, to a receiver of your own">
      <div className="grid grid-cols-1 gap-3 px-5 py-4">
        <TextField
          label="Receiver"
          value={url}
          onChange={({ target }) => setUrl(target.value)}
          hint="It comes without a signature, so that a receiver that checks it refuses it."
        />
        {fault === undefined ? (
          <Code
            label="cURL"
            text={`curl -X POST ${quoted(url)} \\\n  -H 'content-type: application/json' \\\n  -d ${quoted(body)}`}
          />
        ) : (
          <p className="text-fail">{fault}</p>
        )}
      </div>
    </Panel>
  );
}

/** A text as one word of a shell. */
const quoted = (text: string) => `'${text.replaceAll("'", String.raw`'\''`)}'`;
