import { describe, expect, onTestFinished, test, vi } from "vitest";
import { deliveryOf, madeFeed, secret } from "../../test/receiverKit/deliveries.ts";
import { memoryInbox, receiver, type Receiver } from "./index.ts";

const feedOf = (...customers: number[]) => madeFeed(customers.map((customer) => ({ customer })));

/** A receiver whose handler of the first event waits to be let go. */
function givenSlow() {
  const { promise: entered, resolve: enter } = Promise.withResolvers<void>();
  const { promise: left, resolve: letGo } = Promise.withResolvers<void>();
  const handled: number[] = [];
  const inbox = memoryInbox();
  const hooks = receiver({
    secret,
    inbox,
    pollMs: 20,
    on: {
      async new_note({ sequence }) {
        if (sequence === 1) {
          enter();
          await left;
        }
        handled.push(sequence);
      },
    },
  });
  onTestFinished(async () => {
    letGo();
    await hooks.stop();
  });
  return { hooks, inbox, entered, letGo, handled };
}

const send = async (hooks: Receiver, event: Parameters<typeof deliveryOf>[0] | undefined) =>
  event && (await hooks.receive(await deliveryOf(event))).outcome;

describe("a handler that takes long", () => {
  test("does not hold up the answer to a copy of what is done", async () => {
    const { hooks, entered, letGo } = givenSlow();
    const [slow, done] = feedOf(1, 1).toReversed();
    // The customer's second event comes first, and is done when the first one, sent again, begins.
    expect(await send(hooks, slow)).toBe("handled");
    const answer = send(hooks, done);
    await entered;
    expect(await send(hooks, slow)).toBe("duplicate");
    letGo();
    expect(await answer).toBe("handled");
  });

  test("does not keep what others have left from being taken up", async () => {
    const { hooks, inbox, entered, handled } = givenSlow();
    const [slow, other] = feedOf(1, 2);
    const answer = send(hooks, slow);
    await entered;
    expect(await send(hooks, other)).toBe("handled");
    expect(await inbox.retry(other?.id ?? "")).toBe(true);
    await expect.poll(() => handled).toEqual([2, 2]);
    void answer;
  });

  test("is let go of by stop() after a while", async () => {
    const { hooks, inbox, entered } = givenSlow();
    const [slow] = feedOf(1);
    const answer = send(hooks, slow);
    await entered;
    await hooks.stop({ withinMs: 10 });
    expect(await inbox.list({ state: "pending" })).toHaveLength(1);
    void answer;
  });
});

test("a receiver works on no more customers at once than it was told", async () => {
  const { promise: left, resolve: letGo } = Promise.withResolvers<void>();
  let atOnce = 0;
  let most = 0;
  const inbox = memoryInbox();
  const hooks = receiver({
    secret,
    inbox,
    concurrency: 2,
    on: {
      async new_note() {
        atOnce += 1;
        most = Math.max(most, atOnce);
        await left;
        atOnce -= 1;
      },
    },
  });
  onTestFinished(() => hooks.stop());
  const answers = feedOf(1, 2, 3, 4, 5, 6).map((event) => send(hooks, event));
  await expect.poll(() => inbox.list()).toHaveLength(6);
  letGo();
  expect(new Set(await Promise.all(answers))).toEqual(new Set(["handled"]));
  expect(most).toBe(2);
});

test("a failure that nobody asked to be told of is written to the console", async () => {
  const written = vi.spyOn(console, "error").mockReturnValue();
  const failure = new Error("No place for it");
  const hooks = receiver({
    secret,
    inbox: memoryInbox(),
    on: { new_note: () => Promise.reject(failure) },
  });
  onTestFinished(async () => {
    await hooks.stop();
    written.mockRestore();
  });
  const [event] = feedOf(1);

  expect(await send(hooks, event)).toBe("stored");

  const context = {
    during: "handling",
    id: event?.id,
    type: "new_note",
    tries: 1,
    isSetAside: false,
  };
  expect(written).toHaveBeenCalledWith("heliograph", context, failure);
});
