import { z } from "zod";
import { section } from "../operation.ts";
import { TestClock } from "../resources/clock.ts";

const { get, put } = section("test clock", "flow:read", "flow:write");
const byOperator = { path: "/test-clock", callers: ["operator"], scope: null } as const;

export const testClockOperations = {
  getTestClock: get({
    ...byOperator,
    summary: "Read the clock of a test server",
    description: "A server that was not started as a test server has none, and answers 404.",
    answer: TestClock,
  }),
  moveTestClock: put({
    ...byOperator,
    summary: "Move the clock of a test server forward",
    description:
      "Waits for the requests under way, and answers when what is due by then has been looked for. What is retried, ends or begins in between happens as if the time had passed, but all at once. Deliveries are still signed in real time.",
    rules: ["clock_forward"],
    body: z.strictObject({ now: TestClock.shape.now }),
    answer: TestClock,
  }),
};
