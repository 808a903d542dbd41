import { useCallback, useEffect, useState } from "react";
import { createClient, HeliographError, type Client } from "../../../src/sdk/index.ts";
import type { GuestPage } from "../../../src/contract/resources/link.ts";

/** What can be done by a link. */
export type Holder = Client["guestPages"];

/** The page of the link in the address, and what was done on it last. */
export interface OpenPage {
  readonly page: GuestPage | undefined;
  readonly error: unknown;
  /** Something is being done, so that nothing is done twice. */
  readonly isBusy: boolean;
  /** Does something by the link; the page shows what came of it. @returns whether it was done. */
  readonly act: (what: (holder: Holder) => Promise<GuestPage>) => Promise<boolean>;
  /** The PDF of what is to be signed, or of what was signed. */
  readonly readPdf: () => Promise<Blob>;
}

/** The secret stands behind the #: it is sent to the service as a key is, and to nobody else. */
export function useGuestPage(): OpenPage {
  const [client] = useState(() =>
    createClient({
      url: window.location.origin,
      key: window.location.hash.slice(1),
      retries: 0,
    }),
  );
  const [page, setPage] = useState<GuestPage>();
  const [error, setError] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const act = useCallback(
    async (what: (holder: Holder) => Promise<GuestPage>) => {
      setBusy(true);
      try {
        setPage(await what(client.guestPages));
        setError(undefined);
        return true;
      } catch (failure) {
        setError(failure);
        // What was refused may be so because of what others did meanwhile: show how it is now.
        if (isRefusal(failure)) setPage(await client.guestPages.get().catch(() => undefined));
        return false;
      } finally {
        setBusy(false);
      }
    },
    [client],
  );
  useEffect(() => {
    void act((holder) => holder.get());
  }, [act]);
  return { page, error, isBusy, act, readPdf: () => client.guestDocuments.get() };
}

const isRefusal = (error: unknown) => error instanceof HeliographError && error.status === 409;

/** Whether the link opens nothing any more. */
export const isOver = (error: unknown): boolean =>
  error instanceof HeliographError && error.status === 401;

/** A failure in words for somebody who is not of the trade. */
export function wordsFor(error: unknown): string {
  if (!(error instanceof HeliographError)) {
    return "We cannot be reached. Check your connection and try again; nothing was changed.";
  }
  const { rule } = error.problem;
  if (rule === "document_as_read") {
    return "The document was changed after you opened it. This is how it reads now: please read it again before you sign.";
  }
  if (rule !== undefined) return `${error.message}.`;
  if (error.status >= 500) return "Something failed on our side. Nothing was changed; try again.";
  return error.message;
}
