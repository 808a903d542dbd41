/** Tells readers in this process that feeds grew. Losing a signal costs only latency: every reader also polls. */
export interface FeedSignal<Growth extends { readonly organizationId: string }> {
  /** After a commit: what these organizations' feeds have new. */
  tell(growth: readonly Growth[]): void;
  /** Calls `listener` whenever any of some feeds grew. @returns how to stop that. */
  listen(listener: (growth: readonly Growth[]) => void): () => void;
}

export function createFeedSignal<
  Growth extends { readonly organizationId: string },
>(): FeedSignal<Growth> {
  const listeners = new Set<(growth: readonly Growth[]) => void>();
  return {
    tell(growth) {
      for (const listener of listeners) listener(growth);
    },
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
