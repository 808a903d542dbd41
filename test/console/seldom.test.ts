import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { seldom } from "../../console/src/pipeline/seldom.ts";

describe("seldom()", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test("does at once what is asked for once, and once more what a burst asks for", () => {
    const times: number[] = [];
    const start = Date.now();
    const { ask } = seldom(() => times.push(Date.now() - start), 400, 10_000);

    for (let count = 0; count < 50; count++) {
      ask();
      vi.advanceTimersByTime(100);
    }
    vi.advanceTimersByTime(60_000);

    expect(times).toEqual([400, 10_400]);
  });

  test("does nothing any more once it was stopped", () => {
    const run = vi.fn<() => void>();
    const { ask, stop } = seldom(run, 400, 10_000);
    ask();
    stop();
    vi.advanceTimersByTime(60_000);
    expect(run).not.toHaveBeenCalled();
  });
});
