import { once } from "node:events";
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { Webhook } from "standardwebhooks";

/** A request as it came. */
export interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** The same, as bytes. */
  readonly bytes: Buffer;
  readonly eventId: string;
  readonly sequence: number;
  readonly attempt: number;
  /** 1-based: which request of this event this is. */
  readonly nth: number;
  /** Status it was answered with; null when it was hung or closed, or is not answered yet. */
  status: number | null;
}

/** What to answer: a status, with headers if need be; after a while; never; or by closing the connection. */
export type Answer =
  | number
  | { readonly status: number; readonly headers?: Record<string, string> }
  | { readonly afterMs: number; readonly status: number }
  | "hang"
  | "close";

/** Decides on each request by itself. */
export type Script = (request: Received) => Answer | Promise<Answer>;

/** A real HTTP receiver that records what it gets. */
export interface TestReceiver {
  readonly url: string;
  /** All requests, in the order in which they came. */
  readonly requests: readonly Received[];
  /** Those that were answered with 2xx. */
  accepted(): Received[];
  /** Sequences of the accepted requests, in order. */
  sequences(): number[];
  /** Changes what is answered from now on. */
  script(script: Script): void;
  /** Resolves as soon as the predicate holds; asked after each request and answer. */
  until(predicate: (receiver: TestReceiver) => boolean): Promise<void>;
  /** Resolves as soon as so many requests were answered with 2xx. */
  untilAccepted(count: number): Promise<void>;
  /** Greatest number of requests that were open at once. */
  readonly mostAtOnce: number;
  /** @throws {Error} when a request is not signed by the secret. */
  verify(request: Received, secret: string): void;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Starts a receiver that answers 204 unless scripted otherwise. */
export async function startReceiver(first: Script = () => 204): Promise<TestReceiver> {
  let script = first;
  let openCount = 0;
  let mostAtOnce = 0;
  const requests: Received[] = [];
  const waiting = new Set<() => void>();
  const changed = () => {
    for (const check of waiting) check();
  };

  const server = createServer((request, response) => void take(request, response));
  async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    openCount += 1;
    mostAtOnce = Math.max(mostAtOnce, openCount);
    response.once("close", () => (openCount -= 1));
    const bytes = Buffer.concat(await request.toArray());
    const received = record(requests, request.headers, bytes);
    changed();
    const answer = await script(received);
    if (answer === "hang") return;
    if (answer === "close") {
      request.socket.destroy();
      return;
    }
    await respond(response, received, typeof answer === "number" ? { status: answer } : answer);
    changed();
  }
  server.listen(0, "127.0.0.1");
  await once(server, "listening");

  const receiver: TestReceiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    requests,
    get mostAtOnce() {
      return mostAtOnce;
    },
    accepted: () => requests.filter(({ status }) => status !== null && status < 300),
    sequences: () => receiver.accepted().map(({ sequence }) => sequence),
    script(next) {
      script = next;
    },
    until: (predicate) =>
      new Promise((resolve) => {
        const check = () => {
          if (!predicate(receiver)) return;
          waiting.delete(check);
          resolve();
        };
        waiting.add(check);
        check();
      }),
    untilAccepted: (count) => receiver.until(() => receiver.accepted().length >= count),
    verify({ headers, body }, secret) {
      new Webhook(secret).verify(body, headers as Record<string, string>);
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
  return receiver;
}

function record(requests: Received[], headers: IncomingHttpHeaders, bytes: Buffer): Received {
  const eventId = String(headers["webhook-id"]);
  const received: Received = {
    headers,
    body: bytes.toString(),
    bytes,
    eventId,
    sequence: Number(headers["heliograph-sequence"]),
    attempt: Number(headers["heliograph-attempt"]),
    nth: requests.filter((before) => before.eventId === eventId).length + 1,
    status: null,
  };
  requests.push(received);
  return received;
}

async function respond(
  response: ServerResponse,
  received: Received,
  answer: Exclude<Answer, number | string>,
): Promise<void> {
  if ("afterMs" in answer) await new Promise((resolve) => setTimeout(resolve, answer.afterMs));
  received.status = answer.status;
  response.writeHead(answer.status, "headers" in answer ? answer.headers : {}).end();
}
