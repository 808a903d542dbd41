import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { manifestOf } from "./index.ts";

const events = [
  { sequence: 7, id: "evt_a" },
  { sequence: 9, id: "evt_b" },
  { sequence: 10, id: "evt_c" },
];

describe("manifestOf()", () => {
  test("chains SHA-256 over the events in order, each once", async () => {
    const expected = events.reduce<Uint8Array>(
      (hash, { sequence, id }) =>
        createHash("sha256").update(hash).update(`\n${sequence} ${id}`).digest(),
      new Uint8Array(32),
    );
    const computed = { count: 3, hash: Buffer.from(expected).toString("hex") };
    expect(await manifestOf(events)).toEqual(computed);
    expect(await manifestOf([...events.toReversed(), ...events])).toEqual(computed);
  });

  test("goes on from the hash of the manifest before", async () => {
    const whole = await manifestOf(events);
    const first = await manifestOf(events.slice(0, 1));
    const rest = await manifestOf(events.slice(1), first.hash);
    expect(rest).toEqual({ count: 2, hash: whole.hash });
    expect(await manifestOf([], whole.hash)).toEqual({ count: 0, hash: whole.hash });
  });

  test("differs when an event is missing, or is another", async () => {
    const { hash } = await manifestOf(events);
    expect((await manifestOf(events.slice(1))).hash).not.toBe(hash);
    expect((await manifestOf([...events, { sequence: 9, id: "evt_x" }])).hash).not.toBe(hash);
  });

  test.each(["", "nope", "A".repeat(64)])("refuses %j as a hash", async (after) => {
    await expect(manifestOf(events, after)).rejects.toThrow(TypeError);
  });
});
