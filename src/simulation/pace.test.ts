import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createPace } from "./pace.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const { signal } = new AbortController();

/** Takes a number of tokens at once. @returns when each was given, in milliseconds from now, filled as time goes on. */
function taking(pace: ReturnType<typeof createPace>, count: number): number[] {
  const startMs = Date.now();
  const given: number[] = [];
  for (let nth = 0; nth < count; nth += 1) {
    void pace.take(signal).then(() => given.push(Date.now() - startMs));
  }
  return given;
}

test("commands go at the rate, and catch up a little of what was not used", async () => {
  const pace = createPace(10, () => Date.now());
  const first = taking(pace, 5);
  await vi.advanceTimersByTimeAsync(400);
  expect(first).toEqual([0, 100, 200, 300, 400]);

  await vi.advanceTimersByTimeAsync(5_000);
  const later = taking(pace, 5);
  await vi.advanceTimersByTimeAsync(400);
  expect(later).toEqual([0, 0, 0, 100, 200]);
});

test("nobody goes while the service rests", async () => {
  const pace = createPace(10, () => Date.now());
  pace.rest(1_000);
  const given = taking(pace, 2);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(given).toEqual([1_000, 1_100]);
});

test("who waits is let go when it is interrupted", async () => {
  const pace = createPace(10, () => Date.now());
  const interruption = new AbortController();
  pace.rest(60_000);
  const waiting = expect(pace.take(interruption.signal)).rejects.toThrow("Enough");
  interruption.abort(new Error("Enough"));
  await waiting;
});
