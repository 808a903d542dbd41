import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer, isIPv4, type AddressInfo, type Socket } from "node:net";
import { onTestFinished } from "vitest";

/** What is answered about a name. */
export interface DnsAnswer {
  readonly a?: readonly string[];
  readonly aaaa?: readonly string[];
  /** The names on the way from the one that was asked to the one that has the addresses. */
  readonly cname?: readonly string[];
  readonly code?: keyof typeof responseCodes;
  /** Says that the answer was too long for UDP, so that it is asked for again over TCP; there this is the answer. */
  readonly overTcp?: DnsAnswer;
  readonly isSilent?: true;
}

/** Names and what is answered: always the same, or one answer after the other, of which the last stays. */
export type Zone = Readonly<Record<string, DnsAnswer | readonly DnsAnswer[]>>;

const responseCodes = {
  ok: 0,
  formatError: 1,
  serverFailure: 2,
  noSuchName: 3,
  refused: 5,
} as const;
const types = { a: 1, cname: 5, aaaa: 28 } as const;

interface Question {
  readonly id: number;
  readonly name: string;
  readonly type: number;
  /** As it was asked, to be repeated in the answer. */
  readonly bytes: Buffer;
}

/**
 * A real name server on loopback, over UDP and TCP, until the test ends. Counts the questions for each name and type, so
 * that one name can have another address each time. What it does not know does not exist.
 */
export async function givenDnsServer(zone: Zone) {
  const asked = new Map<string, number>();
  const answerTo = (question: Question): DnsAnswer => {
    const key = `${question.name} ${question.type}`;
    const nth = asked.get(key) ?? 0;
    asked.set(key, nth + 1);
    const known = zone[question.name] ?? { code: "noSuchName" };
    if (!isSequence(known)) return known;
    return known[Math.min(nth, known.length - 1)] ?? { code: "noSuchName" };
  };

  const sockets = new Set<Socket>();
  const tcp = createServer((socket) => {
    sockets.add(socket);
    answerOverTcp(socket, zone);
  });
  await once(tcp.listen(0, "127.0.0.1"), "listening");
  const { port } = tcp.address() as AddressInfo;
  const udp = createSocket("udp4", (message, sender) => {
    const question = questionIn(message);
    const answer = answerTo(question);
    if (!answer.isSilent) udp.send(encode(question, answer), sender.port, sender.address);
  });
  udp.bind(port, "127.0.0.1");
  await once(udp, "listening");
  onTestFinished(() => {
    udp.close();
    tcp.close();
    for (const socket of sockets) socket.destroy();
  });
  return {
    /** As in `127.0.0.1:5353`. */
    address: `127.0.0.1:${port}`,
    /** How often the name was asked for over UDP. */
    asked: (name: string, type: "a" | "aaaa") => asked.get(`${name} ${types[type]}`) ?? 0,
  };
}

const isSequence = (known: Zone[string]): known is readonly DnsAnswer[] => Array.isArray(known);

/** Each message has its length before it, and several may come on one connection. */
function answerOverTcp(socket: Socket, zone: Zone): void {
  let waiting = Buffer.alloc(0);
  socket.on("error", () => undefined);
  socket.on("data", (piece: Buffer) => {
    waiting = Buffer.concat([waiting, piece]);
    while (waiting.length > 2 && waiting.length >= 2 + waiting.readUInt16BE(0)) {
      const end = 2 + waiting.readUInt16BE(0);
      const question = questionIn(waiting.subarray(2, end));
      waiting = waiting.subarray(end);
      const known = zone[question.name];
      const answer = known && !isSequence(known) ? known.overTcp : undefined;
      const bytes = encode(question, answer ?? { code: "serverFailure" });
      const length = Buffer.alloc(2);
      length.writeUInt16BE(bytes.length);
      socket.write(Buffer.concat([length, bytes]));
    }
  });
}

function questionIn(message: Buffer): Question {
  const labels: string[] = [];
  let at = 12;
  for (let length = message.readUInt8(at); length > 0; length = message.readUInt8(at)) {
    labels.push(message.toString("latin1", at + 1, at + 1 + length));
    at += 1 + length;
  }
  return {
    id: message.readUInt16BE(0),
    name: labels.join(".").toLowerCase(),
    type: message.readUInt16BE(at + 1),
    bytes: message.subarray(12, at + 5),
  };
}

function encode(question: Question, answer: DnsAnswer): Buffer {
  const { a = [], aaaa = [], cname = [], code = "ok", overTcp } = answer;
  const owners = [question.name, ...cname];
  const owner = owners.at(-1) ?? question.name;
  const addresses = question.type === types.a ? a : question.type === types.aaaa ? aaaa : [];
  const records = [
    ...cname.map((target, index) =>
      record(owners[index] ?? owner, { type: types.cname, data: encodeName(target) }),
    ),
    ...addresses.map((address) =>
      record(owner, { type: question.type, data: encodeAddress(address) }),
    ),
  ];
  const header = Buffer.alloc(12);
  header.writeUInt16BE(question.id, 0);
  // An answer, with recursion as asked for; the second flag says that it was cut.
  header.writeUInt16BE(0x81_80 + (overTcp ? 0x02_00 : 0) + responseCodes[code], 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(records.length, 6);
  return Buffer.concat([header, question.bytes, ...records]);
}

/** Nobody may keep it: its time to live is 0. */
function record(name: string, { type, data }: { type: number; data: Buffer }): Buffer {
  const fields = Buffer.alloc(10);
  fields.writeUInt16BE(type, 0);
  fields.writeUInt16BE(1, 2);
  fields.writeUInt16BE(data.length, 8);
  return Buffer.concat([encodeName(name), fields, data]);
}

function encodeName(name: string): Buffer {
  const labels = name.split(".").map((label) => Buffer.from(`\0${label}`, "latin1"));
  for (const label of labels) label.writeUInt8(label.length - 1, 0);
  return Buffer.concat([...labels, Buffer.alloc(1)]);
}

function encodeAddress(address: string): Buffer {
  if (isIPv4(address)) return Buffer.from(address.split(".").map(Number));
  const hex = new URL(`http://[${address}]/`).hostname.slice(1, -1);
  const [head = [], tail = []] = hex
    .split("::")
    .map((half) => (half === "" ? [] : half.split(":").map((group) => group.padStart(4, "0"))));
  const zeros = Array<string>(8 - head.length - tail.length).fill("0000");
  return Buffer.from([...head, ...zeros, ...tail].join(""), "hex");
}
