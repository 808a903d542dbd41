/** Waits, or until the signal ends it. */
export function pause(ms: number, ended: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      ended?.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    ended?.addEventListener("abort", done);
    if (ended?.aborted === true) done();
  });
}
