import type { ServerResponse } from "node:http";

/** What a receiver does with a delivery. */
export const behaviours = [
  "ok",
  "slow",
  "hang",
  "drip",
  "trickle",
  "reset",
  "half",
  "500",
  "422",
  "503",
  "429",
  "410",
  "302",
  "308",
  "huge",
  "huge500",
  "closeAfter",
  "closeNext",
  "closedAsWritten",
] as const;
export type Behaviour = (typeof behaviours)[number];

/** What an answer is given with. */
export interface Answering {
  readonly response: ServerResponse;
  /** To be called before the last byte of a 2xx is out: from then on the sender may take it as delivered. */
  readonly accept: () => void;
}

const dripMs = 1_000;
/** Far more than a sender should want to read. */
const hugeChunk = Buffer.alloc(256 * 1_024, "x");
const hugeChunks = 64;

/** Gives an answer. Whoever hangs is ended by the sender, or when the receiver closes. */
export const answer: Readonly<Record<Behaviour, (answering: Answering) => void>> = {
  ok: accepted,
  slow: (answering) => void setTimeout(() => accepted(answering), 300),
  hang: () => undefined,
  drip: ({ response }) => drip(response, Number.POSITIVE_INFINITY, () => undefined),
  trickle: ({ response, accept }) =>
    drip(response, 3, () => {
      accept();
      response.end();
    }),
  reset: ({ response }) => response.socket?.resetAndDestroy(),
  half({ response }) {
    response.writeHead(200, { "content-length": 100 }).write("half of it", () => {
      response.socket?.destroy();
    });
  },
  500: status(500),
  422: status(422),
  503: status(503),
  429: status(429, { "retry-after": "1" }),
  410: status(410),
  302: status(302, { location: "/elsewhere" }),
  308: status(308, { location: "/elsewhere" }),
  huge({ response, accept }) {
    accept();
    pour(response, 200);
  },
  huge500: ({ response }) => pour(response, 500),
  // The sender has its answer and may be writing the next request on the connection.
  closeAfter({ response, accept }) {
    accept();
    response.writeHead(200).end("ok", () => setImmediate(() => response.socket?.destroy()));
  },
  closeNext: accepted, // and the receiver remembers the connection
  closedAsWritten: ({ response }) => response.socket?.destroy(),
};

function accepted({ response, accept }: Answering): void {
  if (response.destroyed) return;
  accept();
  response.writeHead(200).end("ok");
}

function status(code: number, headers: Readonly<Record<string, string>> = {}) {
  return ({ response }: Answering) => void response.writeHead(code, headers).end();
}

function drip(response: ServerResponse, bytes: number, done: () => void): void {
  response.writeHead(200).flushHeaders();
  let left = bytes;
  const timer = setInterval(() => {
    if (response.destroyed || left <= 0) {
      clearInterval(timer);
      if (!response.destroyed) done();
      return;
    }
    left -= 1;
    response.write(".");
  }, dripMs);
}

function pour(response: ServerResponse, code: number): void {
  response.writeHead(code);
  let left = hugeChunks;
  const more = () => {
    while (left > 0 && !response.destroyed) {
      left -= 1;
      if (!response.write(hugeChunk)) return void response.once("drain", more);
    }
    if (!response.destroyed) response.end();
  };
  more();
}
