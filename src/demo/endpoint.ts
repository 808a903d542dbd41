import { join } from "node:path";
import type { Party } from "../contract/meta.ts";
import type { Client } from "../sdk/index.ts";
import type { Journal } from "../story/journal.ts";
import { startReceiver, type DemoReceiver, type Received } from "./receiver.ts";

/** An endpoint of the demo and what it delivers to. */
export interface Opened {
  readonly endpointId: string;
  readonly receiver: DemoReceiver;
}

interface Opening {
  /** What the file is called that the receiver keeps events in. */
  readonly name: string;
  readonly party: Party;
  readonly client: Client;
  readonly port: number;
  readonly dataDir: string;
  readonly onReceived: (received: Received) => void;
}

/** Starts a party's receiver and points its endpoint there, which is made once. */
export async function openEndpoint(
  journal: Journal,
  { name, party, client, port, dataDir, onReceived }: Opening,
): Promise<Opened> {
  let secret = "";
  const receiver = await startReceiver({
    party,
    path: join(dataDir, `${name}-${party}.ndjson`),
    port,
    secret: () => secret,
    onReceived,
  });
  const endpoint = await journal.step(`endpoint of ${party}`, (idempotencyKey) =>
    client.endpoints.create(
      { url: receiver.url, start: "beginning", description: "Receiver of the demo" },
      { idempotencyKey },
    ),
  );
  secret = endpoint.secret ?? "";
  // The port may be another one than last time.
  await client.endpoints.update({ id: endpoint.id, url: receiver.url });
  return { endpointId: endpoint.id, receiver };
}
