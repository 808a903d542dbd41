import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { createClient, HeliographError, type Client } from "../../src/sdk/index.ts";
import type { Moments } from "./moments.ts";
import type { Random } from "../random.ts";

/** A command and what became of it. Its mark is kept in the record, so that its event can be told. */
export interface Command {
  readonly mark: string;
  readonly type: string;
  /** Whether it was answered with 2xx, or let go of without anybody knowing whether it was done. */
  outcome: "accepted" | "unknown";
}

/** Clients that send commands until they are told to stop, and again with the same Idempotency-Key until one is answered. */
export interface Load {
  readonly commands: readonly Command[];
  /** What should not have been answered, in sentences. */
  readonly faults: readonly string[];
  /** Requests that were sent once more. */
  readonly retries: number;
  /** Sends nothing new; resolves when the last command has its answer. */
  stop(): Promise<void>;
}

export interface LoadOptions {
  /** Where the API is reached now: one of several processes, which may be down. */
  readonly url: () => string;
  readonly key: string;
  readonly epcId: string;
  readonly clients: number;
  readonly random: Random;
  readonly moments: Moments;
}

/** Longest pause of a client between two commands, in milliseconds. */
const pauseMs = 20;
const patienceMs = 10_000;
/** One command of so many is let go of when its first request gets no clear answer. */
const letGoOneIn = 10;

export function startLoad(options: LoadOptions): Load {
  const { random, moments } = options;
  const commands: Command[] = [];
  const faults: string[] = [];
  const counts = { retries: 0 };
  const stopping = new AbortController();
  const planner = createPlanner(options);
  const clients = Array.from({ length: options.clients }, () => run());

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      await carryOut(planner.next());
      await delay(random.next() * pauseMs);
    }
  }

  async function carryOut({ mark, type, send }: Planned): Promise<void> {
    const command: Command = { mark, type, outcome: "unknown" };
    commands.push(command);
    const idempotencyKey = randomUUID();
    const isLetGo = random.between(1, letGoOneIn) === 1;
    for (;;) {
      try {
        const client = createClient({ url: options.url(), key: options.key, retries: 0 });
        await send(client, { idempotencyKey, signal: AbortSignal.timeout(patienceMs) });
        command.outcome = "accepted";
        moments.passed();
        return;
      } catch (error) {
        if (isRefusal(error)) return void faults.push(`${type} was refused: ${error.message}`);
        if (isLetGo) return;
        counts.retries += 1;
        await delay(random.next() * 100);
      }
    }
  }

  return {
    commands,
    faults,
    get retries() {
      return counts.retries;
    },
    async stop() {
      stopping.abort();
      await Promise.all(clients);
    },
  };
}

/** A clear no. Whatever else goes wrong says nothing of whether the command was done. */
const isRefusal = (error: unknown): error is HeliographError =>
  error instanceof HeliographError && error.status < 500 && error.status !== 429;

type Options = Parameters<Client["notes"]["create"]>[1];

interface Planned {
  readonly mark: string;
  readonly type: string;
  readonly send: (client: Client, options: Options) => Promise<unknown>;
}

interface Known {
  readonly id: string;
  surveyId?: string;
  noteId?: string;
}

const customersAtMost = 40;
const address = { street: "100 Example Way", city: "Sampleton", state: "TX", zip: "75001" };

/** Thinks up commands on customers that are known, several at once on the same one among them. */
function createPlanner({ random, epcId }: LoadOptions): { next(): Planned } {
  const known: Known[] = [];

  function create(mark: string): Planned {
    return {
      mark,
      type: "new_customer",
      async send({ customers }, options) {
        const name = { first_name: "Avery", last_name: "Sample" };
        const { id } = await customers.create({ ...name, address, custom: { mark } }, options);
        known.push({ id });
      },
    };
  }

  function changeSurvey(mark: string, customer: Known): Planned {
    const { id, surveyId } = customer;
    const custom = { mark };
    if (surveyId !== undefined) {
      const send: Planned["send"] = ({ surveys }, options) =>
        surveys.update({ id: surveyId, custom }, options);
      return { mark, type: "update_survey", send };
    }
    return {
      mark,
      type: "new_survey",
      async send({ surveys }, options) {
        customer.surveyId = (await surveys.create({ id, epc_id: epcId, custom }, options)).id;
      },
    };
  }

  function changeNote(mark: string, customer: Known): Planned {
    const { id, noteId } = customer;
    const custom = { mark };
    if (noteId !== undefined && random.between(1, 3) === 1) {
      const send: Planned["send"] = ({ notes }, options) =>
        notes.update({ id: noteId, custom }, options);
      return { mark, type: "update_note", send };
    }
    return {
      mark,
      type: "new_note",
      async send({ notes }, options) {
        customer.noteId = (await notes.create({ id, body: "Called", custom }, options)).id;
      },
    };
  }

  function changeCustomer(mark: string, { id }: Known): Planned {
    const send: Planned["send"] = ({ customers }, options) =>
      customers.update({ id, custom: { mark } }, options);
    return { mark, type: "update_customer", send };
  }

  return {
    next() {
      const mark = randomUUID();
      const [first, ...others] = known;
      const isNew = known.length < customersAtMost && random.between(1, 10) === 1;
      if (!first || isNew) return create(mark);
      return random.pick([changeNote, changeSurvey, changeCustomer])(
        mark,
        random.pick([first, ...others]),
      );
    },
  };
}
