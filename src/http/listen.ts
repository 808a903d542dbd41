import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener, RequestError } from "@hono/node-server";
import type { Hono } from "hono";
import type { Duplex } from "node:stream";
import { newId } from "../base/id.ts";
import { StartError } from "../base/startError.ts";
import { ApiError } from "../contract/errors.ts";
import { problem } from "./problem.ts";
import { protect } from "./protect.ts";

/**
 * Listens for requests.
 * @param appFor makes the application once the port is known; with port 0 it is known only now.
 * @param closing gets how to stop listening; open requests are let finish.
 * @returns where it is reached from this machine.
 * @throws {StartError} when the port is taken or may not be used.
 */
export async function listen(
  { port, host }: { port: number; host: string },
  appFor: (boundPort: number) => Hono,
  closing: (() => Promise<unknown>)[],
): Promise<string> {
  const ready: { app?: Hono } = {};
  const listener = getRequestListener(
    (request, env) =>
      ready.app ? ready.app.fetch(request, env) : new Response(null, { status: 503 }),
    { errorHandler: refuseRequest },
  );
  // A request without a host is refused by us: Node would not say why.
  const server = createServer({ requireHostHeader: false }, (incoming, outgoing) => {
    void listener(incoming, outgoing);
  });
  server.on("clientError", (error, socket) => void refuseBytes(error, socket));
  await bound(server, port, host);
  closing.push(() => closed(server));
  const { port: boundPort } = server.address() as AddressInfo;
  ready.app = appFor(boundPort);
  const isLocal = ["127.0.0.1", "::1", "0.0.0.0", "::", "localhost"].includes(host);
  return `http://${isLocal ? "localhost" : host}:${boundPort}`;
}

function bound(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => reject(refused(error, port, host)));
    server.listen(port, host, () => resolve());
  });
}

function refused(error: NodeJS.ErrnoException, port: number, host: string): StartError {
  const said: Readonly<Record<string, string>> = {
    EADDRINUSE: `Port ${port} on ${host} is taken: stop what listens there, or set PORT to another one`,
    EACCES: `Port ${port} on ${host} may not be used by this user: set PORT to 1024 or higher`,
    EADDRNOTAVAIL: `${host} is not an address of this machine: set HOST to one that is`,
    ENOTFOUND: `${host} is not an address of this machine: set HOST to one that is`,
  };
  // The cause is left out: the sentence says all that it would.
  return new StartError(
    said[error.code ?? ""] ?? `Cannot listen on ${host}:${port}: ${error.message}`,
  );
}

/** Answers what is no HTTP request, or not whole in time: there is no request that the application could see. */
async function refuseBytes(error: NodeJS.ErrnoException, socket: Duplex): Promise<void> {
  if (error.code === "ECONNRESET" || !socket.writable) return void socket.destroy();
  const said: Readonly<Record<string, string>> = {
    HPE_HEADER_OVERFLOW: "The headers are larger than 16 KiB",
    ERR_HTTP_REQUEST_TIMEOUT: "The request did not arrive in time",
  };
  const detail = said[error.code ?? ""] ?? `This is not HTTP/1.1: ${error.message}`;
  const refusal = refusalOf(new ApiError("malformed", detail));
  const headers = [...refusal.headers].map(([name, value]) => `${name}: ${value}\r\n`).join("");
  const body = await refusal.text();
  socket.end(
    `HTTP/1.1 400 Bad Request\r\n${headers}content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
}

/** Answers a request that names no place here: no host, or no path. */
function refuseRequest(error: unknown): Response {
  return refusalOf(
    error instanceof RequestError ? new ApiError("malformed", error.message) : error,
  );
}

function refusalOf(error: unknown): Response {
  const refusal = problem(error, newId("req"));
  protect(refusal.headers);
  return refusal;
}

/** How long open requests may take to finish, in milliseconds; a client that holds on longer is cut off. */
const patienceMs = 3_000;

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    // Idle connections are closed by `close()`; one whose answer ends after that is idle only then.
    const sweep = setInterval(() => server.closeIdleConnections(), 20);
    const timer = setTimeout(() => server.closeAllConnections(), patienceMs);
    server.close(() => {
      clearInterval(sweep);
      clearTimeout(timer);
      resolve();
    });
  });
}
