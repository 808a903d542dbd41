/** Tells readers in this process that feeds grew. Losing a signal costs only latency: every reader also polls. */
export interface FeedSignal {
  /** After a commit: these organizations' feeds have new entries. */
  tell(organizationIds: readonly string[]): void;
  /** Calls `listener` whenever any of some feeds grew. @returns how to stop that. */
  listen(listener: (organizationIds: readonly string[]) => void): () => void;
}

export function createFeedSignal(): FeedSignal {
  const listeners = new Set<(organizationIds: readonly string[]) => void>();
  return {
    tell(organizationIds) {
      for (const listener of listeners) listener(organizationIds);
    },
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
