import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import {
  memoryInbox,
  receiver,
  verify,
  VerificationError,
  type VerifiedEvent,
} from "../receiver/index.ts";
import { openBook, type Book, type Seen } from "./account.ts";
import type { Company } from "./companies.ts";
import { planFaults, type Fault } from "./faults.ts";
import { createWay } from "./way.ts";

/** A company's receiver: an HTTP server on loopback, an endpoint that points there, and what came of its deliveries. */
export interface Door {
  readonly company: Company;
  readonly endpointId: string;
  /** Position of the feed after which its events are expected. */
  readonly after: number;
  /** What the service delivered. */
  readonly delivered: Book;
  /** What came out of the way behind it. */
  readonly passed: Book;
  /** What the receiver has handled. */
  readonly handled: Book;
  /** Requests so far, those that were refused among them. */
  readonly attempts: number;
  /** Requests whose signature did not hold. */
  readonly rejected: number;
  /** How often each fault has struck. */
  faultsSoFar(): Readonly<Record<string, number>>;
  /** Hands on what the way kept back, and takes up what waits. @returns whether nothing waits any more. */
  rest(): Promise<boolean>;
  close(): Promise<void>;
}

/** Opens a receiver for a company. @throws {HeliographError} when the service does not let it have the endpoint. */
export async function openDoor(company: Company, wanted: readonly Fault[]): Promise<Door> {
  const server = createServer((request, response) => void take(request, response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const close = async () => {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  };
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks`;
  const endpoint = await company.client.endpoints
    .create({ url, description: "Receiver of heliograph simulate" })
    .catch(async (error: unknown) => {
      await close();
      throw error;
    });
  const secret = endpoint.secret ?? "";
  const after = endpoint.cursor;
  const delivered = openBook(after);
  const handled = openBook();
  const faultPlan = planFaults(wanted);
  const inbox = memoryInbox();
  const hooks = receiver({
    secret,
    inbox,
    on: {},
    otherwise: (event) => handled.note(seenIn(event as VerifiedEvent)),
    gate: { source: company.client, endpoint: endpoint.id, from: after },
  });
  const way = createWay((delivery) => hooks.receive(delivery));
  let attempts = 0;
  let rejected = 0;

  async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const status = await statusOf(request).catch(() => 500);
    if (status !== null) response.writeHead(status).end();
  }

  /** @returns null for no answer. */
  async function statusOf(request: IncomingMessage): Promise<number | null> {
    const { headers } = request;
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    let seen: Seen;
    try {
      seen = seenIn(await verify({ secret, headers, body }));
    } catch (error) {
      if (!(error instanceof VerificationError)) throw error;
      attempts += 1;
      rejected += 1;
      return 400;
    }
    if (seen.sequence === 0) return 200; // an example
    attempts += 1;
    const struckBy = faultPlan.strike(Number(headers["heliograph-attempt"]));
    if (struckBy.has("timeout")) return null;
    if (struckBy.has("flap")) return 503;
    if (struckBy.has("5xx")) return 500;
    if (struckBy.has("schema")) return 422;
    const { status } = await way.pass({ delivery: { headers, body }, seen }, struckBy);
    if (status < 300) {
      const previous = headers["heliograph-previous"];
      delivered.note(seen, previous === undefined ? null : Number(previous));
    }
    return status;
  }

  return {
    company,
    endpointId: endpoint.id,
    after,
    delivered,
    passed: way.book,
    handled,
    get attempts() {
      return attempts;
    },
    get rejected() {
      return rejected;
    },
    faultsSoFar: () => ({
      ...faultPlan.struck,
      ...(wanted.includes("reorder") && { reorder: way.swapped }),
    }),
    async rest() {
      await way.flush();
      await hooks.resume();
      return (await inbox.list({ state: "pending", limit: 1 })).length === 0;
    },
    async close() {
      await hooks.stop({ withinMs: 1_000 });
      await close();
    },
  };
}

const seenIn = (event: VerifiedEvent): Seen => ({
  id: event.id,
  sequence: event.sequence,
  customer: event.type === "inbound" ? event.id : event.data.customer.id,
});
