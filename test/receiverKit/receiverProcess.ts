import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { feedClient, nodeHandler, receiver } from "../../src/receiver/index.ts";
import { openDatabase, type Driver, type Place } from "./databases.ts";

/** What a receiver of a process of its own is told. */
export interface ProcessOptions {
  readonly driver: Driver;
  readonly place: Place;
  readonly secret: string;
  readonly api: { readonly url: string; readonly key: string };
  readonly endpoint: string;
  /** From which run on no handler's run ends, counted from 1, 0 for none; the process is to be killed then. */
  readonly hangAt: number;
}

/** A receiver as a process of its own, to be killed. Says where it listens, and when a handler hangs. */
const options = JSON.parse(process.argv[2] ?? "") as ProcessOptions;
const { driver, place, secret, api, endpoint, hangAt } = options;
const database = await openDatabase[driver](place);
let runs = 0;

async function handle(
  { id, sequence, data }: { id: string; sequence: number; data: { customer: { id: string } } },
  { tx }: { tx: unknown },
): Promise<void> {
  runs += 1;
  await database.note(tx, `${data.customer.id} ${sequence} ${id}`);
  // Other customers' handlers too: else little may be left for the next process to hang at by the time this one is killed.
  if (hangAt === 0 || runs < hangAt) return;
  process.stdout.write("hangs\n");
  await new Promise(() => setInterval(() => undefined, 1e6));
}

const hooks = receiver({
  secret,
  inbox: database.inbox,
  gate: { source: feedClient(api), endpoint, from: 0, graceMs: 100 },
  pollMs: 200,
  onError: (error) => process.stderr.write(`${String(error)}\n`),
  on: { new_note: handle, update_note: handle },
});
const server = createServer(nodeHandler(hooks));
await hooks.start();
server.listen(0, "127.0.0.1", () => {
  process.stdout.write(`port ${(server.address() as AddressInfo).port}\n`);
});
