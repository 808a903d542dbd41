import type { EndpointEntry } from "../store/feed.ts";
import type { DueResend } from "../store/resends.ts";
import type { Made } from "./attempt.ts";
import type { Books, EntryTurn } from "./books.ts";
import type { Supply } from "./supply.ts";
import type { Turn } from "./window.ts";

/** What a probe is made with. */
interface Probing {
  readonly books: Books;
  readonly supply: Pick<Supply, "isRead">;
  /** Finds the entry of a turn; null when there is none, and the turn is concluded. */
  readonly find: (turn: Turn<EndpointEntry, DueResend>) => Promise<EntryTurn | null>;
  readonly post: (work: EntryTurn) => Promise<Made | null>;
}

/**
 * Tries whether a receiver that was down is up again. When the entry that failed fails once more, one of another customer
 * is tried: if that succeeds the receiver is up, and the failure was the event's.
 */
export async function probe({ books, supply, find, post }: Probing): Promise<void> {
  const turn = books.takeSuspect();
  if (!turn) {
    if (supply.isRead) books.rise();
    return;
  }
  const suspect = await find(turn);
  if (!suspect) return;
  const made = await post(suspect);
  const otherTurn = books.concludeProbe(suspect, made);
  if (!otherTurn || !made) return;
  const other = await find(otherTurn).catch((error: unknown) => {
    books.concludeOther({ ...suspect, made }, null, null); // what the receiver said holds all the same
    throw error;
  });
  books.concludeOther({ ...suspect, made }, other, other && (await post(other)));
}
