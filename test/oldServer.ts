import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

/** PostgreSQL's wire protocol, as far as a start needs it, spoken by a server of any version. @returns its port. */
export async function givenOldServer(versionNumber: string): Promise<number> {
  return givenServer((socket) => answerAsPostgres(socket, versionNumber));
}

/** A TCP server on this machine until the test ends. @returns its port. */
export async function givenServer(serve: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
    serve(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

function answerAsPostgres(socket: Socket, versionNumber: string): void {
  let rest = Buffer.alloc(0);
  let isStarted = false;
  let asked = "";
  socket.on("data", (bytes) => {
    rest = Buffer.concat([rest, bytes]);
    for (;;) {
      const typeBytes = isStarted ? 1 : 0;
      if (rest.length < typeBytes + 4) return;
      const end = typeBytes + rest.readInt32BE(typeBytes);
      if (rest.length < end) return;
      const type = isStarted ? String.fromCodePoint(rest[0] ?? 0) : "startup";
      const body = rest.subarray(typeBytes + 4, end);
      rest = rest.subarray(end);
      isStarted = true;
      if (type === "P") asked = body.toString("utf8");
      socket.write(answerTo(type, { asked, versionNumber }));
    }
  });
}

/** The answer to one message of the extended protocol: only the question for the version has a row. */
function answerTo(
  type: string,
  { asked, versionNumber }: { asked: string; versionNumber: string },
): Buffer {
  const hasRow = asked.includes("server_version_num");
  const answers: Readonly<Record<string, Buffer[]>> = {
    startup: [message("R", int32(0)), readyForQuery],
    P: [message("1")],
    D: hasRow ? [noParameters, rowDescription] : [noParameters, message("n")],
    B: [message("2")],
    E: [...(hasRow ? [dataRow(versionNumber)] : []), message("C", text("SHOW"))],
    S: [readyForQuery],
  };
  return Buffer.concat(answers[type] ?? []);
}

function message(type: string, body: Buffer = Buffer.alloc(0)): Buffer {
  return Buffer.concat([Buffer.from(type), int32(body.length + 4), body]);
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

const int16 = (value: number) => int32(value).subarray(2);
const text = (value: string) => Buffer.from(`${value}\0`);
const readyForQuery = message("Z", Buffer.from("I"));
const noParameters = message("t", int16(0));
const textType = 25;
const rowDescription = message(
  "T",
  Buffer.concat([
    int16(1),
    text("server_version_num"),
    int32(0),
    int16(0),
    int32(textType),
    int16(-1),
    int32(-1),
    int16(0),
  ]),
);
const dataRow = (value: string) =>
  message("D", Buffer.concat([int16(1), int32(value.length), Buffer.from(value)]));
