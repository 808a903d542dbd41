import { agreementLifecycle } from "../../../src/contract/lifecycle.ts";
import { api } from "../api.ts";
import { Command } from "../forms/Command.tsx";
import { given } from "../forms/given.ts";
import { LinkButton } from "../links/MakeLink.tsx";
import { PdfLink } from "../links/PdfLink.tsx";
import { useWhyNot } from "../rights.ts";
import { Panel } from "../ui/Panel.tsx";
import { inWords, Tag } from "../ui/Tag.tsx";
import { Time } from "../ui/Time.tsx";
import { as, type DealRecords } from "./read.ts";

/** The agreement with its signers, and what each of them can be asked next. */
export function Contract({ records }: { readonly records: DealRecords }) {
  const { agreement } = records;
  return (
    <Panel title="Agreement" aside={<Make records={records} />}>
      {agreement ? (
        <Present agreement={agreement} />
      ) : (
        <p className="px-5 py-4 text-ink-2">
          No agreement yet. It needs a finalized proposal and an installer.
        </p>
      )}
    </Panel>
  );
}

type Agreement = NonNullable<DealRecords["agreement"]>;

function Make({ records: { proposals, agreement, customer } }: { readonly records: DealRecords }) {
  const finalized = proposals.findLast(({ status }) => status === "finalized");
  const isLive =
    agreement !== undefined && !["deleted", "voided", "declined"].includes(agreement.status);
  const cell = isLive
    ? ({ refusedBy: "one_live_agreement" } as const)
    : finalized
      ? undefined
      : ({ refusedBy: "proposal_finalized" } as const);
  const name = `${customer.first_name} ${customer.last_name}`;
  const primary = { role: "primary", name, email: customer.email };
  return (
    <Command
      name="createAgreement"
      title="Generate an agreement"
      verb="Generate"
      cell={cell}
      start={{ signers: [primary] }}
      run={(body) =>
        api.agreements.create({
          id: finalized?.id ?? "",
          ...given<Omit<Parameters<typeof api.agreements.create>[0], "id">>(body),
        })
      }
    />
  );
}

function Present({ agreement }: { readonly agreement: Agreement }) {
  const { id, version, status, signers, mode, document_url } = agreement;
  const may = agreementLifecycle[status];
  const match = { ifMatch: version };
  const noLink = useWhyNot("createAgreementLink", linkable(status));
  const waiting = signers.filter(({ signed_at }) => signed_at === null);
  return (
    <div className="grid gap-3 px-5 py-3">
      <div className="flex items-center justify-between gap-2">
        <span className="text-ink-2">
          Document {agreement.document_version}
          {document_url !== null && (
            <>
              {", "}
              <a
                href={document_url}
                target="_blank"
                rel="noreferrer"
                className="text-cell underline"
              >
                read it
              </a>
            </>
          )}
        </span>
        <Tag
          tone={
            status === "signed"
              ? "ok"
              : status === "voided" || status === "declined"
                ? "fail"
                : "plain"
          }
        >
          {inWords(status)}
        </Tag>
      </div>
      <Signers
        signers={signers}
        purpose="to read and sign the agreement"
        linkFor={(signer_id) => api.agreementLinks.create({ id, signer_id })}
        because={noLink}
      />
      <PdfLink what="agreement" read={() => api.agreementDocuments.get({ id })} />
      {agreement.decline_reason !== null && (
        <p className="text-12 break-words text-ink-2">
          Declined: <span dir="auto">{agreement.decline_reason}</span>
        </p>
      )}
      {agreement.approved_at !== null && (
        <p className="text-12 text-ink-2">
          Approved <Time at={agreement.approved_at} />
        </p>
      )}
      {agreement.processed_at !== null && (
        <p className="text-12 text-ink-2">
          Processed <Time at={agreement.processed_at} />
        </p>
      )}
      <div className="flex flex-wrap gap-2">
        <Command
          name="signAgreement"
          title="Record a signature"
          verb="Record a signature"
          cell={waiting.length > 1 ? may.sign : may.signLast}
          start={{ signer_id: waiting[0]?.id }}
          names={{ signer_id: namesOf(waiting) }}
          run={(body) => api.agreements.sign({ id, ...given<{ signer_id: string }>(body) }, match)}
        />
        <Command
          name="approveAgreement"
          title="Approve the agreement"
          verb="Approve"
          cell={afterSigning(
            status,
            mode === "signed" || agreement.approved_at !== null,
            "approval_in_mode",
          )}
          run={() => api.agreements.approve({ id }, match)}
        />
        <Command
          name="processAgreement"
          title="Contract processed"
          verb="Contract processed"
          cell={afterSigning(status, mode !== "processed", "processing_in_mode")}
          run={() => api.agreements.process({ id }, match)}
        />
        <Command
          name="updateAgreement"
          title="Change the agreement"
          verb="Change"
          look="quiet"
          cell={may.regenerate}
          before={{ ...as(agreement), status: "" }}
          run={(body) => api.agreements.update({ id, ...given<object>(body) }, match)}
        />
        <Command
          name="deleteAgreement"
          title="Delete the agreement"
          verb="Delete"
          look="danger"
          cell={may.delete}
          run={(body) => api.agreements.delete({ id, ...given<{ reason: string }>(body) }, match)}
        />
        <Command
          name="voidAgreement"
          title="Make the agreement void"
          verb="Void"
          look="danger"
          cell={may.void}
          run={(body) => api.agreements.void({ id, ...given<{ reason: string }>(body) }, match)}
        />
      </div>
    </div>
  );
}

/** A document that is no longer in force is not signed by a link. */
const linkable = (status: Agreement["status"]) =>
  status === "voided" || status === "deleted"
    ? ({ refusedBy: "agreement_live" } as const)
    : undefined;

/** What an installer does after the last signature, if his mode asks for it. */
function afterSigning(
  status: Agreement["status"],
  isAgainstMode: boolean,
  rule: "approval_in_mode" | "processing_in_mode",
) {
  if (status !== "signed") return { refusedBy: "agreement_signed" } as const;
  return isAgainstMode ? ({ refusedBy: rule } as const) : undefined;
}

type Signer = Agreement["signers"][number];

/** Signers by name, for choosing one. */
export const namesOf = (signers: readonly Signer[]) =>
  signers.map(({ id, name, role }) => [id, `${name}, ${inWords(role).toLowerCase()}`] as const);

interface SignersProps {
  readonly signers: readonly Signer[];
  /** What a signer does by a link, as in "to read and sign the agreement". */
  readonly purpose: string;
  readonly linkFor: (signerId: string) => ReturnType<typeof api.agreementLinks.create>;
  /** Why no link can be made now. */
  readonly because: string | undefined;
}

/** Who has signed and who has not, each with a link to sign by. */
export function Signers({ signers, purpose, linkFor, because }: SignersProps) {
  return (
    <ul className="grid grid-cols-1 gap-1.5">
      {signers.map(({ id, name, role, email, signed_at }) => (
        <li key={id} className="flex items-center gap-2.5">
          <span
            aria-hidden
            className={`size-2.5 shrink-0 rounded-full border-2 ${signed_at === null ? "border-line-2" : "border-ink bg-ink"}`}
          />
          <span className="min-w-0 flex-1 truncate" title={name}>
            <bdi>{name}</bdi>{" "}
            <span className="text-12 text-ink-3">{inWords(role).toLowerCase()}</span>
          </span>
          <span className="shrink-0 text-12 text-ink-2">
            {signed_at === null ? "Not signed" : <Time at={signed_at} />}
          </span>
          <LinkButton
            label="Link"
            person={name}
            email={email}
            purpose={purpose}
            because={because}
            make={() => linkFor(id)}
          />
        </li>
      ))}
    </ul>
  );
}
