import { TooManyRequests } from "./requestLimit.ts";

/** How much of each one's requests may be in memory at once, counted by this process. */
export interface Room {
  /**
   * Runs something that holds so many bytes until it has ended.
   * @throws {TooManyRequests} when there is no room for them; it is not run then.
   */
  hold<T>(id: string, bytes: number, run: () => Promise<T>): Promise<T>;
}

/**
 * @param limitBytes for each id.
 * @param called what has that id, and what it does.
 */
export function createRoom(limitBytes: number, called: string): Room {
  const held = new Map<string, number>();
  return {
    async hold(id, bytes, run) {
      const before = held.get(id) ?? 0;
      if (before + bytes > limitBytes) {
        throw new TooManyRequests(
          `This ${called} ${limitBytes} bytes at once; go on when some of them are answered`,
          1,
        );
      }
      held.set(id, before + bytes);
      try {
        return await run();
      } finally {
        const left = (held.get(id) ?? 0) - bytes;
        if (left > 0) held.set(id, left);
        else held.delete(id);
      }
    },
  };
}
