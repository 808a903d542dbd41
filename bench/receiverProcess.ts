import { createServer, type AddressInfo, type Socket } from "node:net";
import { serve } from "./serve.ts";
import type { ReceiverExpectation, ReceiverTally } from "./receiver.ts";

/**
 * Receives deliveries with as little work as HTTP allows, so that it is not what is measured. Whoever is posted to is
 * told by the path: `/down/…` answers 503 until healed, `/slow/…` answers after a while, all others at once.
 */
const ok = Buffer.from("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
const unavailable = Buffer.from("HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\r\n");
const slowMs = 200;
const marker = Buffer.from("bench#");

let isDown = true;
let expected: ReceiverExpectation = { count: 0, isTimed: false };
let requests = 0;
let refused = 0;
let duplicates = 0;
/** Which sequences came, by path: a byte each. */
let seen = new Map<string, Uint8Array>();
let lastAt = new Map<string, number>();
let times: [number, number][] = [];
let reached = Promise.withResolvers<void>();

const server = createServer({ noDelay: true }, (socket) => {
  let rest: Buffer = Buffer.alloc(0);
  socket.on("error", () => socket.destroy());
  socket.on("data", (chunk: Buffer) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    for (let taken = takeRequest(socket, rest); taken > 0; taken = takeRequest(socket, rest)) {
      rest = rest.subarray(taken);
    }
  });
});

/** @returns how many bytes the first request has; 0 when it has not come whole. */
function takeRequest(socket: Socket, bytes: Buffer): number {
  const headEnd = bytes.indexOf("\r\n\r\n");
  if (headEnd === -1) return 0;
  const head = bytes.toString("latin1", 0, headEnd + 2);
  const end = headEnd + 4 + headerNumber(head, "content-length: ");
  if (bytes.length < end) return 0;
  const path = head.slice(5, head.indexOf(" ", 5));
  if (isDown && path.startsWith("/down")) {
    refused += 1;
    socket.write(unavailable);
  } else if (path.startsWith("/slow")) {
    setTimeout(() => socket.writable && socket.write(ok), slowMs);
    count(path, head, bytes.subarray(headEnd + 4, end));
  } else {
    socket.write(ok);
    count(path, head, bytes.subarray(headEnd + 4, end));
  }
  return end;
}

function count(path: string, head: string, body: Buffer): void {
  const sequence = headerNumber(head, "heliograph-sequence: ");
  let flags = seen.get(path);
  if (flags === undefined || sequence >= flags.length) {
    const larger = new Uint8Array(Math.max(1_024, sequence * 2));
    if (flags) larger.set(flags);
    seen.set(path, (flags = larger));
  }
  if (flags[sequence] === 1) duplicates += 1;
  else flags[sequence] = 1;
  requests += 1;
  lastAt.set(path, performance.now());
  if (expected.isTimed) note(body);
  if (requests === expected.count) reached.resolve();
}

/** The body says by a marker which one of the timed changes it tells of. */
function note(body: Buffer): void {
  const at = body.indexOf(marker);
  if (at === -1) return;
  const digits = Number.parseInt(
    body.toString("latin1", at + marker.length, at + marker.length + 10),
    10,
  );
  times.push([digits, Number(process.hrtime.bigint()) / 1e6]);
}

function headerNumber(head: string, name: string): number {
  const at = head.indexOf(name);
  return at === -1 ? 0 : Number.parseInt(head.slice(at + name.length, at + name.length + 16), 10);
}

const started = Promise.withResolvers<string>();
server.listen({ port: 0, host: "127.0.0.1", backlog: 4_096 }, () => {
  started.resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});

serve({
  url: () => started.promise,
  expect(given: ReceiverExpectation) {
    expected = given;
    isDown = true;
    requests = refused = duplicates = 0;
    seen = new Map();
    lastAt = new Map();
    times = [];
    reached = Promise.withResolvers();
    if (given.count === 0) reached.resolve();
  },
  reached: () => reached.promise,
  heal() {
    isDown = false;
  },
  tally: (): ReceiverTally => ({ requests, refused, duplicates, lastAt }),
  now: () => performance.now(),
  times: () => times,
});
