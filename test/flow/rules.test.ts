import { describe, expect } from "vitest";
import { errors } from "../../src/contract/errors.ts";
import { operation, operationNames } from "../../src/contract/operations.ts";
import type { Problem } from "../../src/contract/problem.ts";
import { rules } from "../../src/contract/rules.ts";
import { HeliographError } from "../../src/sdk/index.ts";
import { givenPair, test } from "../service.ts";
import { quiet } from "../told.ts";
import { agreementCases } from "./agreementCases.ts";
import { contractCases } from "./contractCases.ts";
import { importCases } from "./importCases.ts";
import { linkCases } from "./linkCases.ts";
import { saleCases } from "./saleCases.ts";

/** Rules of delivery, of what comes in, of what is kept and of a test server: their cases stand with the tests of those. */
const elsewhere = new Set([
  "resendDeadEvent event_dead",
  "skipDeadEvent event_dead",
  "cancelReplay replay_running",
  "resendEndpointEvent event_settled",
  "skipEndpointEvent event_heads_wait",
  "releaseReceipt receipt_kept_out",
  "moveTestClock clock_forward",
  "listEvents history_kept",
  "streamEvents history_kept",
  "createEndpoint history_kept",
  "resumeEndpoint history_kept",
  "replayEndpoint history_kept",
]);
const cases = { ...saleCases, ...agreementCases, ...contractCases, ...importCases, ...linkCases };

describe("the rules of the flow", () => {
  test("have a case for each operation that names them, and for no other", () => {
    const named = operationNames.flatMap((name) =>
      operation(name).rules.map((rule) => `${name} ${rule}`),
    );

    expect(Object.keys(cases).toSorted()).toEqual(
      named.filter((name) => !elsewhere.has(name)).toSorted(),
    );
  });

  test("are each named by an operation", () => {
    const named = operationNames.flatMap((name) => operation(name).rules);

    expect([...new Set(named)].toSorted()).toEqual(Object.keys(rules).toSorted());
  });

  test.for(Object.entries(cases))(
    "%s: refuses and changes nothing, and allows once it holds",
    async ([name, { mode = "signed", page = false, arrange }], { service }) => {
      const pair = await givenPair(service, {
        installer: { agreement_mode: mode, next_steps_page: page },
      });
      const { attempt, mend } = await arrange(pair);

      const problem = await quiet(pair, () => problemOf(attempt));
      await mend();
      const after = await problemOf(attempt);

      expect(problem).toMatchObject({
        status: errors.rule.status,
        code: "rule",
        rule: name.split(" ")[1],
      });
      expect(after).toBeUndefined();
    },
  );
});

/** What refused a step, whether the client threw it or a call-back was answered with it. */
async function problemOf(step: () => Promise<unknown>): Promise<Problem | undefined> {
  try {
    const answer = await step();
    return answer instanceof Response && !answer.ok
      ? ((await answer.json()) as Problem)
      : undefined;
  } catch (error) {
    if (error instanceof HeliographError) return error.problem;
    throw error;
  }
}
