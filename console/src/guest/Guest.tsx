import type { GuestPage } from "../../../src/contract/resources/link.ts";
import { AppointmentPage } from "./AppointmentPage.tsx";
import { BigButton, Card, Frame, Trouble } from "./Frame.tsx";
import { ProposalPage } from "./ProposalPage.tsx";
import { SigningPage } from "./SigningPage.tsx";
import { isOver, useGuestPage, type OpenPage } from "./useGuestPage.ts";

/** The page of a link: what it is about decides what it shows. */
export function Guest() {
  const open = useGuestPage();
  const { page, error, isBusy, act } = open;
  if (page === undefined) {
    if (isOver(error)) return <Over />;
    return (
      <Frame>
        {error === undefined ? (
          <p role="status">Opening your page…</p>
        ) : (
          <>
            <Trouble error={error} />
            <BigButton disabled={isBusy} onClick={() => void act((holder) => holder.get())}>
              Try again
            </BigButton>
          </>
        )}
      </Frame>
    );
  }
  return (
    <Frame company={page.company} contact={page.contact}>
      <Body open={open} page={page} />
    </Frame>
  );
}

function Body({ open, page }: { readonly open: OpenPage; readonly page: GuestPage }) {
  switch (page.subject) {
    case "appointment":
      return <AppointmentPage open={open} page={page} />;
    case "proposal":
      return <ProposalPage open={open} page={page} />;
    case "agreement":
    case "change_order":
      return <SigningPage open={open} page={page} />;
  }
}

function Over() {
  return (
    <Frame>
      <h1>This link opens nothing any more</h1>
      <Card>
        <p>
          It has ended, was withdrawn, or is not complete. Ask the company that sent it for a new
          one, or open it again from the message it came in.
        </p>
      </Card>
    </Frame>
  );
}
