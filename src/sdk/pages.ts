/** A page, as every list answers. */
interface Page {
  readonly data: readonly unknown[];
  readonly next: string | null;
}

/** How many records a page holds when nobody said otherwise: the most, as all are wanted. */
const pageSize = 200;

/**
 * The records of all pages of a list.
 * @param input of the first page. `limit` is the size of a page, not how many there are at most.
 * @param read reads a page.
 */
export async function* recordsOf(
  input: Readonly<Record<string, unknown>>,
  read: (input: Record<string, unknown>) => Promise<unknown>,
): AsyncGenerator<unknown, void, undefined> {
  // Lists that are read from their end are told their next page by the same name.
  const direction = input["before"] === undefined ? "after" : "before";
  let place = input[direction];
  for (;;) {
    const asked = { limit: pageSize, ...input, ...(place !== undefined && { [direction]: place }) };
    const { data, next } = (await read(asked)) as Page;
    yield* data;
    if (next === null) return;
    place = next;
  }
}
