import { useState, type FormEvent } from "react";
import { consentStatement } from "../../../src/contract/consent.ts";
import type { GuestPage } from "../../../src/contract/resources/link.ts";
import { signerRoleNames } from "../../../src/contract/signerRoles.ts";
import { save } from "../ui/save.ts";
import { Document } from "./Document.tsx";
import { BigButton, Card, Done, Trouble } from "./Frame.tsx";
import { Sign } from "./Sign.tsx";
import type { OpenPage } from "./useGuestPage.ts";

interface SigningPageProps {
  readonly open: OpenPage;
  readonly page: GuestPage;
}

/** Consent, then the document, then the signature; afterwards a copy to keep. */
export function SigningPage({ open, page }: SigningPageProps) {
  const { document, consented_at, status, company, signers } = page;
  const what = page.subject === "agreement" ? "agreement" : "change order";
  const own = signers.find(({ is_you }) => is_you);
  const isLive = !["voided", "deleted", "declined"].includes(status);
  if (consented_at === null || !document) {
    return <Consent open={open} page={page} what={what} />;
  }
  return (
    <>
      <h1 className="break-words" dir="auto">
        {document.title}
      </h1>
      {status === "declined" && (
        <p role="status">You declined. Get in touch with {company} to talk about it.</p>
      )}
      {(status === "voided" || status === "deleted") && (
        <p role="status">
          This {what} is no longer in force. Ask {company} for the present one.
        </p>
      )}
      {isLive && own?.signed_at && (
        <Done>
          You signed on {day(own.signed_at)}.
          {signers.some(({ signed_at }) => signed_at === null)
            ? " Others are still to sign."
            : " All have signed."}
        </Done>
      )}
      <Document sections={document.sections} />
      <Who signers={signers} />
      <Keep open={open} what={what} isSigned={status === "signed"} />
      {isLive && own?.signed_at === null ? (
        <Sign open={open} page={page} what={what} />
      ) : (
        <Trouble error={open.error} />
      )}
    </>
  );
}

function Consent({ open, page, what }: SigningPageProps & { readonly what: string }) {
  const [hasAgreed, setAgreed] = useState(false);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void open.act(async (holder) => {
      await holder.consent({ statement_version: consentStatement.version });
      return holder.view();
    });
  };
  return (
    <form onSubmit={submit} className="grid gap-5">
      <h1 className="break-words" dir="auto">
        {page.person}, your {what} is ready to sign
      </h1>
      <Card>
        <h2 className="mb-2">Before you read it: electronic records and signatures</h2>
        {consentStatement.paragraphs.map((paragraph) => (
          <p key={paragraph} className="mt-2">
            {paragraph}
          </p>
        ))}
      </Card>
      <label className="flex min-h-12 items-center gap-3 font-[560]">
        <input
          type="checkbox"
          required
          checked={hasAgreed}
          onChange={(event) => setAgreed(event.target.checked)}
          className="size-6 shrink-0"
        />
        I agree to receive and sign this {what} electronically.
      </label>
      <Trouble error={open.error} />
      <BigButton type="submit" look="strong" disabled={open.isBusy}>
        Read the {what}
      </BigButton>
    </form>
  );
}

function Who({ signers }: Pick<GuestPage, "signers">) {
  return (
    <Card>
      <h2 className="mb-2">Signatures</h2>
      <ul className="grid gap-2">
        {signers.map(({ name, role, signed_at, is_you }, place) => (
          // oxlint-disable-next-line react/no-array-index-key -- two signers may have one name and role
          <li key={place} className="flex flex-wrap items-baseline justify-between gap-x-4">
            <span className="min-w-0 font-[560] break-words" dir="auto">
              {name}
              {is_you && <span className="font-[450] text-ink-2"> (you)</span>}
            </span>
            <span className="text-13 text-ink-2">
              {signerRoleNames[role]},{" "}
              {signed_at === null ? "not signed yet" : `signed on ${day(signed_at)}`}
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}

function Keep({
  open,
  what,
  isSigned,
}: {
  readonly open: OpenPage;
  readonly what: string;
  readonly isSigned: boolean;
}) {
  const [error, setError] = useState<unknown>();
  const download = async () => {
    try {
      save(await open.readPdf(), `${what.replace(" ", "-")}.pdf`);
      setError(undefined);
    } catch (failure) {
      setError(failure);
    }
  };
  return (
    <>
      <BigButton onClick={() => void download()}>
        {isSigned ? `Download the signed ${what} (PDF)` : `Download the ${what} (PDF)`}
      </BigButton>
      <Trouble error={error} />
    </>
  );
}

const day = (at: string) =>
  new Intl.DateTimeFormat(undefined, { dateStyle: "long", timeStyle: "short" }).format(
    new Date(at),
  );
