import { createHook } from "node:async_hooks";
import { once } from "node:events";
import { createServer } from "node:net";
import { onTestFinished } from "vitest";

/** A connection that this process asked the system for, whatever became of it. */
export interface Dial {
  readonly address: string;
  readonly port: number;
}

/**
 * Sees every TCP connection that this process asks for until the test ends, by whatever means: Node makes an object for
 * each just before it hands the address to the system.
 */
export function watchDials(): () => Dial[] {
  const requests: object[] = [];
  const hook = createHook({
    init(_id, type, _trigger, resource) {
      if (type === "TCPCONNECTWRAP") requests.push(resource);
    },
  }).enable();
  onTestFinished(() => void hook.disable());
  // The address is put into the object after it was made.
  return () => (requests as Dial[]).map(({ address, port }) => ({ address, port }));
}

/** Counts who connects to the port at addresses of this machine, until the test ends. */
export interface Traps {
  /** Where somebody listens: an address that this machine lacks, or whose port is taken, is left out. */
  readonly addresses: readonly string[];
  /** So many connections were accepted. */
  readonly caught: number;
}

export async function givenTraps(port: number, addresses: readonly string[]): Promise<Traps> {
  const listening: string[] = [];
  let caught = 0;
  for (const address of addresses) {
    const server = createServer((socket) => {
      caught += 1;
      socket.destroy();
    });
    server.listen(port, address);
    const isListening = await once(server, "listening").then(
      () => true,
      () => false,
    );
    if (!isListening) continue;
    listening.push(address);
    onTestFinished(() => void server.close());
  }
  return {
    addresses: listening,
    get caught() {
      return caught;
    },
  };
}
