import { describe, expect, test } from "vitest";
import { createKnownKeys } from "./knownKeys.ts";

const hash = Buffer.from("one");
const failing = () => Promise.reject(new Error("The key is unknown"));

describe("known keys", () => {
  test("are asked for once a second", async () => {
    let nowMs = 0;
    const keys = createKnownKeys<number>(() => nowMs);
    const answers: number[] = [];
    for (const atMs of [0, 1, 999, 1_000, 1_999, 2_000]) {
      nowMs = atMs;
      answers.push(await keys.of(hash, async () => atMs));
    }
    expect(answers).toEqual([0, 0, 0, 1_000, 1_000, 2_000]);
  });

  test("are each known for themselves", async () => {
    const keys = createKnownKeys<string>(() => 0);
    expect(await keys.of(hash, async () => "one")).toBe("one");
    expect(await keys.of(Buffer.from("other"), async () => "other")).toBe("other");
  });

  test("that are refused are asked for again", async () => {
    const keys = createKnownKeys<string>(() => 0);
    await expect(keys.of(hash, failing)).rejects.toThrow("unknown");
    expect(await keys.of(hash, async () => "one")).toBe("one");
  });

  test("are forgotten, also while they are being read", async () => {
    const keys = createKnownKeys<string>(() => 0);
    await keys.of(hash, async () => "before");
    keys.forget();
    const reading = Promise.withResolvers<string>();
    const read = keys.of(hash, () => reading.promise);
    keys.forget();
    reading.resolve("meanwhile");
    expect(await read).toBe("meanwhile");
    expect(await keys.of(hash, async () => "after")).toBe("after");
  });
});
