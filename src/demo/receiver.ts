import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { verify, VerificationError } from "../receiver/index.ts";
import type { Party } from "../contract/meta.ts";

/** One delivery that came in. */
export interface Receipt {
  readonly id: string;
  readonly type: string;
  readonly sequence: number;
  readonly customerSequence: number;
  /** From the change to its receipt, in milliseconds. */
  readonly afterMs: number;
}

/** What the demo's receiver found out about a delivery. */
export interface Received extends Receipt {
  readonly party: Party;
  readonly status: 200 | 400;
  /** It had come before, under the same id; a receiver does nothing twice. */
  readonly isAgain: boolean;
}

/** A party's receiver: checks every signature and keeps every event once, in a file, before it answers. */
export interface DemoReceiver {
  readonly url: string;
  /** All that was kept, also by the starts before this one, in the order of receipt. */
  readonly receipts: readonly Receipt[];
  /** Deliveries whose signature did not hold. */
  readonly rejected: number;
  /** Deliveries of events that had been received before, by this start's count. */
  readonly repeated: number;
  close(): void;
}

interface Options {
  readonly party: Party;
  readonly path: string;
  /** Port that is tried first, so that the endpoint's URL stays the same. */
  readonly port: number;
  readonly secret: () => string;
  readonly onReceived: (received: Received) => void;
}

export async function startReceiver(options: Options): Promise<DemoReceiver> {
  const receipts = readReceipts(options.path);
  let rejected = 0;
  let repeated = 0;
  const server = createServer((request, response) => {
    void receive(request, options, receipts).then((received) => {
      if (!received) rejected += 1;
      else {
        if (received.isAgain) repeated += 1;
        options.onReceived(received);
      }
      response.writeHead(received ? 200 : 400).end();
    });
  });
  const port = await bind(server, options.port);
  return {
    url: `http://127.0.0.1:${port}/${options.party}`,
    receipts,
    get rejected() {
      return rejected;
    },
    get repeated() {
      return repeated;
    },
    close: () => server.close(),
  };
}

async function receive(
  request: IncomingMessage,
  { party, path, secret }: Options,
  receipts: Receipt[],
): Promise<Received | undefined> {
  const receivedMs = Date.now();
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  try {
    const event = await verify({
      secret: secret(),
      headers: request.headers,
      body: Buffer.concat(chunks),
    });
    const receipt: Receipt = {
      id: event.id,
      type: event.type,
      sequence: event.sequence,
      customerSequence: event.customer_sequence,
      afterMs: Math.max(0, receivedMs - Date.parse(event.timestamp)),
    };
    const isAgain = receipts.some(({ id }) => id === receipt.id);
    if (!isAgain) {
      appendFileSync(path, `${JSON.stringify(receipt)}\n`, { mode: 0o600 });
      receipts.push(receipt);
    }
    return { ...receipt, party, status: 200, isAgain };
  } catch (error) {
    if (error instanceof VerificationError) return undefined;
    throw error;
  }
}

function readReceipts(path: string): Receipt[] {
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, "utf8").split("\n");
  // A crash may have cut the last line off; its delivery was not answered, so it comes again.
  return lines.flatMap((line) => {
    try {
      return [JSON.parse(line) as Receipt];
    } catch {
      return [];
    }
  });
}

/** The wished port, or a free one when it is taken. */
async function bind(server: Server, port: number): Promise<number> {
  const listen = (wished: number) =>
    new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(wished, "127.0.0.1", () => {
        server.off("error", reject);
        resolve();
      });
    });
  await listen(port).catch(() => listen(0));
  return (server.address() as AddressInfo).port;
}
