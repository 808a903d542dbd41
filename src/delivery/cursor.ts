/** How far an endpoint has come in its feed. Holds no entries, only their sequences. */
export interface Cursor {
  /** Every matching entry up to here is settled or waits in a lane. */
  readonly position: number;
  /** Up to here the feed was read. */
  readonly readTo: number;
  /** Takes up an entry that was read and is to be sent. In the order of the feed. */
  open(sequence: number): void;
  /** An entry was settled, or parked in a lane. */
  close(sequence: number): void;
  /** The feed was read up to `sequence`, and all that matched was opened. */
  scanned(sequence: number): void;
  /** What comes after `sequence`, none of it closed yet, is to be read once more. */
  unread(sequence: number): void;
}

/** @param start the position as it was last written down. */
export function createCursor(start: number): Cursor {
  const open = new Set<number>(); // in the order of the feed, so the first is the lowest
  let readTo = start;
  return {
    get position() {
      const [first] = open;
      return first === undefined ? readTo : first - 1;
    },
    get readTo() {
      return readTo;
    },
    open(sequence) {
      if (sequence <= readTo) throw new Error(`Entry ${sequence} was read before`);
      open.add(sequence);
      readTo = sequence;
    },
    close(sequence) {
      open.delete(sequence);
    },
    scanned(sequence) {
      readTo = Math.max(readTo, sequence);
    },
    unread(sequence) {
      for (const opened of open) {
        if (opened > sequence) open.delete(opened);
      }
      readTo = Math.min(readTo, sequence);
    },
  };
}
