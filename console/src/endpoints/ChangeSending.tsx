import { useMutation } from "@tanstack/react-query";
import { Trash2 } from "lucide-react";
import { useState, type FormEvent } from "react";
import type { Endpoint } from "../../../src/contract/resources/delivery.ts";
import { api } from "../api.ts";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { SelectField, TextArea, TextField } from "../ui/Field.tsx";
import { Failure } from "../ui/Note.tsx";
import { readAgain } from "./read.ts";

interface Header {
  readonly name: string;
  readonly value: string;
  /** It has a value that is not shown: left empty, it stays. */
  readonly isKept: boolean;
}

/**
 * What a receiver wants of a request besides the signature. By hand, not from the contract: the values are never shown
 * again, so each part is kept, replaced or removed.
 */
export function ChangeSending({
  endpoint,
  because,
}: {
  readonly endpoint: Endpoint;
  readonly because: string | undefined;
}) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button small because={because} onClick={() => setOpen(true)}>
        Change
      </Button>
      <Dialog title="Change its requests" open={isOpen} onClose={() => setOpen(false)} wide>
        <Form endpoint={endpoint} onDone={() => setOpen(false)} />
      </Dialog>
    </>
  );
}

const keep = "keep";

function Form({ endpoint, onDone }: { readonly endpoint: Endpoint; readonly onDone: () => void }) {
  const { id, version, auth, client_certificate: certificate } = endpoint;
  const [headers, setHeaders] = useState<readonly Header[]>(
    endpoint.header_names.map((name) => ({ name, value: "", isKept: true })),
  );
  const [authType, setAuthType] = useState<string>(auth === null ? "none" : keep);
  const [username, setUsername] = useState("");
  const [word, setWord] = useState("");
  const [hasCertificate, setHasCertificate] = useState<string>(
    certificate === null ? "none" : keep,
  );
  const [pem, setPem] = useState("");
  const [privateKey, setPrivateKey] = useState("");
  const save = useMutation({
    mutationFn: () => {
      const change: Record<string, unknown> = { headers: changedHeaders(endpoint, headers) };
      if (authType === "none") change["auth"] = null;
      if (authType === "basic") change["auth"] = { type: "basic", username, password: word };
      if (authType === "bearer") change["auth"] = { type: "bearer", token: word };
      if (hasCertificate === "none") change["client_certificate"] = null;
      if (hasCertificate === "new") {
        change["client_certificate"] = { certificate: pem, private_key: privateKey };
      }
      return api.endpoints.update({ id, ...change }, { ifMatch: version });
    },
    async onSuccess() {
      await readAgain();
      onDone();
    },
    onError: readAgain,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <form onSubmit={submit} className="grid gap-4">
      <SelectField
        label="Authentication"
        hint="In the header authorization. It is not shown again."
        value={authType}
        onChange={setAuthType}
        options={[
          ...(auth === null ? [] : [[keep, "As it is"] as const]),
          ["none", "None"],
          ["basic", "User name and password"],
          ["bearer", "Bearer token"],
        ]}
      />
      {authType === "basic" && (
        <TextField
          label="User name"
          required
          value={username}
          onChange={({ target }) => setUsername(target.value)}
        />
      )}
      {(authType === "basic" || authType === "bearer") && (
        <TextField
          label={authType === "basic" ? "Password" : "Token"}
          type="password"
          autoComplete="new-password"
          required
          value={word}
          onChange={({ target }) => setWord(target.value)}
        />
      )}
      <HeaderRows headers={headers} onChange={setHeaders} />
      <SelectField
        label="Client certificate"
        hint="Shown over https to a receiver that asks for one."
        value={hasCertificate}
        onChange={setHasCertificate}
        options={[
          ...(certificate === null ? [] : [[keep, "As it is"] as const]),
          ["none", "None"],
          ["new", "A new one"],
        ]}
      />
      {hasCertificate === "new" && (
        <>
          <TextArea
            label="Certificate, as PEM"
            required
            value={pem}
            onChange={({ target }) => setPem(target.value)}
          />
          <TextArea
            label="Private key, as PEM"
            required
            value={privateKey}
            onChange={({ target }) => setPrivateKey(target.value)}
          />
        </>
      )}
      {save.isError && <Failure error={save.error} />}
      <div className="flex justify-end">
        <Button type="submit" look="strong" disabled={save.isPending}>
          Save the change
        </Button>
      </div>
    </form>
  );
}

interface HeaderRowsProps {
  readonly headers: readonly Header[];
  readonly onChange: (headers: readonly Header[]) => void;
}

function HeaderRows({ headers, onChange }: HeaderRowsProps) {
  const change = (at: number, changed: Partial<Header>) =>
    onChange(headers.map((header, index) => (index === at ? { ...header, ...changed } : header)));
  return (
    <fieldset className="grid gap-2 rounded-control border border-line p-3">
      <legend className="px-1 text-12 font-[560] text-ink-2">Own headers</legend>
      {headers.map(({ name, value, isKept }, at) => (
        // oxlint-disable-next-line react/no-array-index-key -- a row is its place
        <div key={at} className="flex items-end gap-2">
          <div className="w-48">
            <TextField
              label="Name"
              required
              readOnly={isKept}
              value={name}
              onChange={({ target }) => change(at, { name: target.value })}
            />
          </div>
          <div className="min-w-0 flex-1">
            <TextField
              label="Value"
              required={!isKept}
              placeholder={isKept ? "Stays as it is" : ""}
              value={value}
              onChange={({ target }) => change(at, { value: target.value })}
            />
          </div>
          <Button
            look="quiet"
            aria-label={`Remove the header ${name}`}
            onClick={() => onChange(headers.filter((_, index) => index !== at))}
          >
            <Trash2 size={13} aria-hidden />
          </Button>
        </div>
      ))}
      <Button
        small
        className="justify-self-start"
        onClick={() => onChange([...headers, { name: "", value: "", isKept: false }])}
      >
        Add a header
      </Button>
    </fieldset>
  );
}

/** What the API is told: null removes one, and those left out stay. */
function changedHeaders(
  { header_names: before }: Endpoint,
  headers: readonly Header[],
): Record<string, string | null> {
  const gone = before.filter((name) => !headers.some((header) => header.name === name));
  const given = headers.filter(({ isKept, value }) => !isKept || value !== "");
  return Object.fromEntries([
    ...gone.map((name) => [name, null] as const),
    ...given.map(({ name, value }) => [name, value] as const),
  ]);
}
