import { describe, expect, vi } from "vitest";
import { eventsOf, givenCustomer, givenPair, test, type Service } from "../../test/service.ts";
import { expectProblem } from "../../test/problems.ts";

/** A key with its id, and a stream that it has opened, by blocks. */
async function givenStream(service: Service, organizationId: string) {
  const made = await service.operator.keys.create({ id: organizationId });
  const open = () =>
    fetch(new URL("/v1/events/stream", service.url), {
      headers: { authorization: `Bearer ${made.key}` },
    });
  const blocks = blocksOf(await open());
  expect(await blocks.next()).toEqual({ done: false, value: ": connected" });
  const revoke = () => service.operator.keys.revoke({ id: made.id });
  return { blocks, open, revoke };
}

/** What stands between empty lines. */
async function* blocksOf(response: Response): AsyncGenerator<string, undefined> {
  let text = "";
  for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    const blocks = `${text}${chunk}`.split("\n\n");
    text = blocks.pop() ?? "";
    yield* blocks;
  }
}

const ended = { done: true, value: undefined };

describe("an open stream", () => {
  test("tells nothing that happened after its key was revoked, and ends", async ({ service }) => {
    const pair = await givenPair(service);
    const { blocks, open, revoke } = await givenStream(service, pair.salesOrg.id);
    const other = await givenStream(service, pair.salesOrg.id);
    await givenCustomer(pair);
    expect((await blocks.next()).value).toMatch(/^id: 1\n/);

    await revoke();
    await givenCustomer(pair);

    expect(await blocks.next()).toEqual(ended);
    await expectProblem(await open(), "unauthorized");
    expect((await other.blocks.next()).value).toMatch(/^id: 1\n/);
    expect((await other.blocks.next()).value).toMatch(/^id: 2\n/);
    await other.blocks.return(undefined);
    expect(await eventsOf(pair.sales)).toHaveLength(2);
  });

  test("ends after its key was revoked also when nothing happens", async ({ service }) => {
    const { salesOrg } = await givenPair(service);
    const { blocks, revoke } = await givenStream(service, salesOrg.id);
    const now = performance.now.bind(performance);
    using clock = vi.spyOn(performance, "now");
    clock.mockImplementation(() => now() + 20_000);
    expect((await blocks.next()).value).toBe(": still here");

    await revoke();
    clock.mockImplementation(() => now() + 40_000);

    expect(await blocks.next()).toEqual(ended);
  });

  test("says at its start after which position it goes on", async ({ service }) => {
    const pair = await givenPair(service);
    await givenCustomer(pair);
    const made = await service.operator.keys.create({ id: pair.salesOrg.id });
    for (const [query, after] of [
      ["", "1"],
      ["?after=0", "0"],
    ]) {
      const response = await fetch(new URL(`/v1/events/stream${query}`, service.url), {
        headers: { authorization: `Bearer ${made.key}` },
      });

      expect(response.headers.get("heliograph-after")).toBe(after);
      await response.body?.cancel();
    }
  });
});
