import { isConnectionLoss, type Sql } from "../../base/database.ts";
import type { Inlet } from "../../contract/resources/inlet.ts";
import type { Context } from "../context.ts";
import { takeDeliveries, type InboundDelivery, type Taken } from "./receive.ts";

/** A delivery, with the context of its request and its inlet as it is now. */
interface Arrived {
  readonly context: Context;
  readonly inlet: Inlet;
  readonly delivery: InboundDelivery;
}

interface Waiting extends Arrived {
  readonly answer: PromiseWithResolvers<Taken>;
}

/** How many go into one transaction, and after how many bytes no more do. */
const mostAtOnce = 64;
const fullBytes = 8 * 1024 * 1024;

/** What waits for each inlet that is being written for, by the database that it is written to. */
const queues = new WeakMap<Sql, Map<string, Waiting[]>>();

/**
 * Takes a delivery. What comes for an inlet while others of it are being written goes into the next transaction, all of
 * it: each one holds the feed of the organization until its commit, so more of them would only wait for each other.
 */
export function takeDelivery(arrived: Arrived): Promise<Taken> {
  const { context, inlet } = arrived;
  const waiting = { ...arrived, answer: Promise.withResolvers<Taken>() };
  const inlets = queues.get(context.sql) ?? new Map<string, Waiting[]>();
  queues.set(context.sql, inlets);
  const queue = inlets.get(inlet.id);
  if (queue) {
    queue.push(waiting);
  } else {
    inlets.set(inlet.id, [waiting]);
    void writeAll(inlets, inlet.id);
  }
  return waiting.answer.promise;
}

async function writeAll(inlets: Map<string, Waiting[]>, inletId: string): Promise<void> {
  const queue = inlets.get(inletId) ?? [];
  while (queue.length > 0) await write(queue.splice(0, roomFor(queue)));
  inlets.delete(inletId);
}

function roomFor(queue: readonly Waiting[]): number {
  let bytes = 0;
  const full = queue.findIndex(({ delivery }) => (bytes += delivery.bytes.length) > fullBytes);
  return Math.min(mostAtOnce, full === -1 ? queue.length : Math.max(1, full));
}

/** Writes them together; when that fails, each by itself, so that none fails for another. Never rejects. */
async function write(batch: readonly Waiting[]): Promise<void> {
  const last = batch.at(-1);
  if (!last) return;
  try {
    const deliveries = batch.map(({ delivery }) => delivery);
    const taken = await takeDeliveries(last.context, { inlet: last.inlet, deliveries });
    for (const [index, { answer }] of batch.entries()) answer.resolve(answerAt(taken, index));
  } catch (error) {
    if (batch.length > 1 && !isConnectionLoss(error)) {
      for (const one of batch) await write([one]);
    } else {
      for (const { answer } of batch) answer.reject(error);
    }
  }
}

function answerAt(taken: readonly Taken[], index: number): Taken {
  const one = taken[index];
  if (!one) throw new Error(`Of the deliveries that were taken, ${index} has no answer`);
  return one;
}
