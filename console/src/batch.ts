/** What was refused of many things that were done one after the other, and why. */
export interface Refused<Item> {
  readonly item: Item;
  readonly error: unknown;
}

/** Does the same to many, in their order; one that is refused stops no other. */
export async function doEach<Item>(
  items: readonly Item[],
  act: (item: Item) => Promise<unknown>,
  onProgress: (done: number) => void,
): Promise<Refused<Item>[]> {
  const refused: Refused<Item>[] = [];
  for (const [position, item] of items.entries()) {
    try {
      await act(item);
    } catch (error) {
      refused.push({ item, error });
    }
    onProgress(position + 1);
  }
  return refused;
}
