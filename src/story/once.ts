/** Does one step of the story, once. */
export type Once = <T>(
  name: string,
  run: (options: { idempotencyKey: string }) => Promise<T>,
) => Promise<T>;
