import { ApiError } from "../contract/errors.ts";
import { claimIdempotencyKey, keepAnswer } from "../store/idempotency.ts";
import { appendEvents } from "../store/appendEvents.ts";
import { transaction, type Tx } from "../base/database.ts";
import type { Context } from "./context.ts";
import { createWork, type Work } from "./work.ts";

/**
 * Makes a command: one function that decides and writes, run in one transaction together with its events, which are
 * appended last. The only place that opens a transaction for the flow.
 *
 * With an Idempotency-Key the answer is kept in the same transaction; a later request with that key gets it again and
 * nothing runs. A refused command leaves nothing behind, not even its key.
 * @param name the command's name, as events say it in `cause.command`.
 */
export function command<Input, Answer>(
  name: string,
  run: (work: Work, input: Input) => Promise<Answer>,
): (context: Context, input: Input) => Promise<Answer> {
  return async (context, input) => {
    const outcome = await transaction(context.sql, async (tx) => {
      const kept = await keptAnswer(context, tx);
      // What was kept is what this command answered.
      if (kept) return { answer: kept.answer as Answer, growth: [] };
      const work = createWork(context, tx, name);
      const answer = await run(work, input);
      await keep(context, tx, answer);
      return { answer, growth: await appendEvents(tx, work.recorded) };
    });
    if (outcome.growth.length > 0) context.onAppended(outcome.growth);
    return outcome.answer;
  };
}

const claimOf = ({ idempotency }: Context) =>
  idempotency && { ...idempotency, caller: idempotency.keyId };

async function keptAnswer(context: Context, tx: Tx): Promise<{ answer: unknown } | undefined> {
  const claim = claimOf(context);
  if (!claim) return undefined;
  const kept = await claimIdempotencyKey(tx, claim);
  if (kept === "reused") {
    throw new ApiError(
      "idempotency_key_reused",
      `The Idempotency-Key ${claim.key} was used for another request; send a new key`,
    );
  }
  return kept && { answer: JSON.parse(context.seal.open(kept)) };
}

async function keep(context: Context, tx: Tx, answer: unknown): Promise<void> {
  const claim = claimOf(context);
  if (claim) await keepAnswer(tx, claim, context.seal.close(JSON.stringify(answer ?? null)));
}
