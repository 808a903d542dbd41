import type { IncomingDelivery, Reply } from "../receiver/index.ts";
import { pause } from "../sdk/pause.ts";
import { openBook, type Book, type Seen } from "./account.ts";
import { delayMs, type Fault } from "./faults.ts";

/** A delivery with what is known of it. */
export interface Parcel {
  readonly delivery: IncomingDelivery;
  readonly seen: Seen;
}

/** A bad way between the door, where the service's deliveries come in, and the receiver. */
export interface Way {
  /** Hands a delivery on, or keeps it back and says that it was taken. */
  pass(parcel: Parcel, struckBy: ReadonlySet<Fault>): Promise<Reply>;
  /** Hands on what was kept back and found nothing to be swapped with. */
  flush(): Promise<void>;
  /** What came out of it. */
  readonly book: Book;
  /** How many deliveries were swapped. */
  readonly swapped: number;
}

/** @param receive the receiver at its end. */
export function createWay(receive: (delivery: IncomingDelivery) => Promise<Reply>): Way {
  const kept = new Map<string, Parcel>();
  const book = openBook();
  let swapped = 0;
  const hand = ({ delivery, seen }: Parcel) => {
    book.note(seen);
    return receive(delivery);
  };
  const takeKept = (customer: string) => {
    const parcel = kept.get(customer);
    kept.delete(customer);
    return parcel;
  };
  return {
    book,
    get swapped() {
      return swapped;
    },
    async pass(parcel, struckBy) {
      const { customer } = parcel.seen;
      if (struckBy.has("delay")) await pause(delayMs, undefined);
      const before = takeKept(customer);
      if (!before && struckBy.has("reorder")) {
        kept.set(customer, parcel);
        return { status: 202, outcome: "kept_back" };
      }
      const reply = hand(parcel);
      const others: Promise<Reply>[] = [];
      if (before) {
        swapped += 1;
        others.push(hand(before));
      }
      if (struckBy.has("duplicates")) others.push(hand(parcel));
      await Promise.all(others);
      return reply;
    },
    async flush() {
      for (const customer of kept.keys()) {
        const parcel = takeKept(customer);
        if (parcel) await hand(parcel);
      }
    },
  };
}
