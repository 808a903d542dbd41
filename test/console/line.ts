import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { onTestFinished } from "vitest";
import { createApp } from "../../src/http/app.ts";
import { listen } from "../../src/http/listen.ts";
import type { Service } from "../service.ts";

/** What lies between a browser and the service. */
export interface Line {
  /** Where the browser goes. */
  readonly url: string;
  /** Everything that is under way breaks, and nobody gets through. */
  cut(): void;
  /** Who comes now gets through again. */
  mend(): void;
}

/** A line to a service, which can be cut as a cable is. */
export async function givenLine(target: string): Promise<Line> {
  const { port } = new URL(target);
  const sockets = new Set<Socket>();
  let isCut = false;
  const keep = (socket: Socket) => {
    sockets.add(socket);
    // A cut line is no fault of the test.
    socket.on("error", () => undefined).on("close", () => sockets.delete(socket));
  };
  const server = createServer((near) => {
    keep(near);
    if (isCut) return near.destroy();
    const far = connect(Number(port), "127.0.0.1");
    keep(far);
    near.on("close", () => far.destroy());
    far.on("close", () => near.destroy());
    near.pipe(far);
    return far.pipe(near);
  });
  const cut = () => {
    isCut = true;
    for (const socket of sockets) socket.destroy();
  };
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    cut();
    server.close();
  });
  const url = `http://localhost:${(server.address() as AddressInfo).port}`;
  return { url, cut, mend: () => (isCut = false) };
}

/** The HTTP side of a service on an address of its own, which can be stopped and started as a process is. */
export interface Restarted {
  readonly url: string;
  stop(): Promise<void>;
  /** Listens where it listened before. */
  start(): Promise<void>;
}

/** Another HTTP side on the database of a service. */
export async function givenRestarted({ services }: Service): Promise<Restarted> {
  let closing: (() => Promise<unknown>)[] = [];
  const start = (port: number) => {
    const stopping = new AbortController();
    closing.push(async () => stopping.abort());
    const app = createApp({ ...services, stopping: stopping.signal });
    return listen({ port, host: "127.0.0.1" }, () => app, closing);
  };
  const stop = async () => {
    const ending = closing;
    closing = [];
    for (const close of ending) await close();
  };
  const url = await start(0);
  onTestFinished(stop);
  return {
    url,
    stop,
    async start() {
      await start(Number(new URL(url).port));
    },
  };
}
