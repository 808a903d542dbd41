import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Random } from "../random.ts";
import { answer, type Behaviour } from "./behaviours.ts";
import type { Journal } from "./journal.ts";

/** A receiver of one endpoint, with bad days. */
export interface FaultyReceiver {
  readonly name: string;
  readonly url: string;
  /** Signatures are checked by it; known once the endpoint is made. */
  secret: string;
  /** How often it did what. */
  readonly counts: ReadonlyMap<Behaviour, number>;
  /** From now on answers all that comes, and lets go of what hangs. */
  calm(): void;
  close(): Promise<void>;
}

/** One delivery of so many goes wrong. */
const oneIn = 8;

/** @param repertoire what it does beside answering; each once before any of them comes again. */
export async function startFaultyReceiver(
  name: string,
  {
    repertoire,
    random,
    journal,
  }: { repertoire: readonly Behaviour[]; random: Random; journal: Journal },
): Promise<FaultyReceiver> {
  const counts = new Map<Behaviour, number>();
  const doomed = new WeakSet<Socket>();
  const open = new Set<ServerResponse>();
  let deck: Behaviour[] = [];
  let isCalm = false;

  function choose(): Behaviour {
    if (isCalm || repertoire.length === 0 || random.between(1, oneIn) > 1) return "ok";
    if (deck.length === 0) deck = random.shuffled(repertoire);
    return deck.pop() ?? "ok";
  }

  async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.url !== "/") journal.fault(`${name}: a redirect was followed to ${request.url}`);
    const { socket, headers } = request;
    const isDoomed = doomed.has(socket) && !isCalm;
    const body = isDoomed ? null : await bodyOf(request);
    if (body === null && !isDoomed) return; // it broke off, and nobody will say that it came
    const chosen = isDoomed ? "closedAsWritten" : choose();
    counts.set(chosen, (counts.get(chosen) ?? 0) + 1);
    if (chosen === "closeNext") doomed.add(socket);
    open.add(response);
    response.once("close", () => open.delete(response));
    const { secret } = receiver;
    const arrival = journal.note({ endpoint: name, answer: chosen, headers, body, secret });
    answer[chosen]({ response, accept: () => journal.accepted(arrival) });
  }

  const server = createServer((request, response) => void take(request, response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const receiver: FaultyReceiver = {
    name,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    secret: "",
    counts,
    calm() {
      isCalm = true;
      for (const response of open) response.socket?.destroy();
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
  return receiver;
}

/** @returns null when the sender went away in the middle of it. */
async function bodyOf(request: IncomingMessage): Promise<Buffer | null> {
  try {
    return Buffer.concat((await request.toArray()) as Buffer[]);
  } catch {
    return null;
  }
}
