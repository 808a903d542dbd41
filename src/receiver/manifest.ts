/** One event that was received and stored. */
export interface StoredEvent {
  /** Of the header `heliograph-sequence`. */
  readonly sequence: number;
  /** Of the header `webhook-id`. */
  readonly id: string;
}

/** What a manifest of the endpoint says of the same events when none is missing. */
export interface ComputedManifest {
  readonly count: number;
  /** 64 hexadecimal digits. */
  readonly hash: string;
}

/**
 * Computes what a manifest of `GET /endpoints/{id}/manifests` says, from the events that were received: those with a
 * sequence from its `from` to its `to`. In any order; an event that came more than once counts once.
 * @param after `hash` of the manifest before, unless the manifest `starts_chain`.
 * @throws {TypeError} when `after` is no such hash.
 * @example const { count, hash } = await manifestOf(stored, manifest.starts_chain ? undefined : before.hash);
 */
export async function manifestOf(
  events: Iterable<StoredEvent>,
  after?: string,
): Promise<ComputedManifest> {
  const idOf = new Map(Array.from(events, ({ sequence, id }) => [sequence, id]));
  const inOrder = [...idOf].toSorted(([first], [second]) => first - second);
  let hash = after === undefined ? new Uint8Array(32) : bytesOf(after);
  for (const [sequence, id] of inOrder) {
    const entry = new TextEncoder().encode(`\n${sequence} ${id}`);
    const text = new Uint8Array(hash.length + entry.length);
    text.set(hash);
    text.set(entry, hash.length);
    hash = new Uint8Array(await crypto.subtle.digest("SHA-256", text));
  }
  return { count: inOrder.length, hash: hexOf(hash) };
}

function bytesOf(hash: string): Uint8Array<ArrayBuffer> {
  if (!/^[0-9a-f]{64}$/.test(hash)) {
    throw new TypeError(`Pass the hash of the manifest before, 64 hexadecimal digits, not ${hash}`);
  }
  return Uint8Array.from(hash.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
}

const hexOf = (bytes: Uint8Array) =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
