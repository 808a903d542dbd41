import type { GuestPage } from "../../../src/contract/resources/link.ts";
import { Document } from "./Document.tsx";
import { BigButton, Card, Trouble } from "./Frame.tsx";
import type { OpenPage } from "./useGuestPage.ts";

interface ProposalPageProps {
  readonly open: OpenPage;
  readonly page: GuestPage;
}

/** A cover with *View proposal*, and behind it the proposal: to look at it is a view, which the seller is told of. */
export function ProposalPage({ open, page }: ProposalPageProps) {
  const { act, error, isBusy } = open;
  const { document, person, company, installer } = page;
  if (document) {
    return (
      <>
        <h1 className="break-words" dir="auto">
          {document.title}
        </h1>
        <Document sections={document.sections} />
      </>
    );
  }
  return (
    <>
      <h1 className="break-words" dir="auto">
        {person}, your solar proposal is ready
      </h1>
      <Card>
        <p className="break-words">
          {company} has put together a system for your home
          {installer !== null && `, built by ${installer}`}: what it is, what it costs, and how it
          can be paid.
        </p>
      </Card>
      <Trouble error={error} />
      <BigButton
        look="strong"
        disabled={isBusy}
        onClick={() => void act((holder) => holder.view())}
      >
        View proposal
      </BigButton>
    </>
  );
}
