import type { TestClock } from "../base/movableClock.ts";
import { ApiError, refuse } from "../contract/errors.ts";
import type { OperationAnswer, OperationInput } from "../contract/operations.ts";
import type { Services } from "./services.ts";

interface Exchange {
  readonly services: Services;
}

/** @throws {ApiError} `not_found` on a normal server. */
export async function getTestClock(
  _context: unknown,
  _input: unknown,
  { services }: Exchange,
): Promise<OperationAnswer<"getTestClock">> {
  return requireTestClock(services).read();
}

/** @throws {ApiError} `not_found` on a normal server, the rule `clock_forward` when it would not go forward. */
export async function moveTestClock(
  _context: unknown,
  { body }: OperationInput<"moveTestClock">,
  { services }: Exchange,
): Promise<OperationAnswer<"moveTestClock">> {
  const clock = requireTestClock(services);
  const isMoved = await clock.move(body.now);
  const shown = await clock.read();
  if (!isMoved)
    throw refuse("clock_forward", `The clock shows ${shown.now}, not before ${body.now}`);
  return shown;
}

function requireTestClock({ testClock }: Services): TestClock {
  if (testClock) return testClock;
  throw new ApiError("not_found", "This is no test server: its clock is the real time");
}
