import { isAscii } from "node:buffer";
import { TextDecoder } from "node:util";
import type { Dispatcher } from "undici";
import { EgressRefused } from "./egress.ts";
import type { EgressGuard } from "./egress.ts";
import { createTargets, type Target } from "./targets.ts";
import { createCut, snippetOf, type Cut } from "./cut.ts";
import {
  createPools,
  LineWatch,
  type ClientIdentity,
  type Line,
  type LineUser,
  type Pools,
} from "./pools.ts";

/** Why an exchange did not come to its end. */
export type SendError =
  | "timeout"
  | "connection_refused"
  | "connection_reset"
  | "dns"
  | "tls"
  | "egress_refused"
  | "aborted"
  | "other";

/** What became of one attempt. */
export interface SendResult {
  /** The answer's HTTP status; `null` when none came. Both it and `error` are set when the body broke off. */
  readonly status: number | null;
  /** `null` when the answer came to its end, or was cut by us because it was too long. */
  readonly error: SendError | null;
  /** From the call to the end, in whole milliseconds. */
  readonly durationMs: number;
  /** The first 2 KiB of the answer's body as printable text, without secrets. */
  readonly responseSnippet: string;
  /** The answer's `Retry-After` header as it came. */
  readonly retryAfter: string | null;
}

export interface SendRequest {
  readonly url: string;
  /** Whose connections to use, by name: a request never waits for one of another pool. */
  readonly pool: string;
  /** Shown to a receiver that asks for a certificate, over https only. */
  readonly identity?: ClientIdentity | null;
  /** Takes secrets out of what is kept of the answer; without, what looks like one of ours. */
  readonly cut?: Cut;
  readonly headers: Record<string, string>;
  readonly body: string | Buffer;
  /** For the whole exchange: waiting for a free connection, connecting, TLS, sending and reading the answer. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  /** Asked right before the first byte is written, which may be long after the call; false breaks it off. */
  readonly mayStart?: (() => boolean) | undefined;
}

export interface Sender {
  /**
   * Posts once. Never throws, never follows a redirect. A connection that was kept from the request before and turns out
   * to be closed is no answer: then the request goes out once more on a new one, within the same time.
   */
  send(request: SendRequest): Promise<SendResult>;
  /** Takes no more, waits for what is under way, and closes every connection. */
  close(): Promise<void>;
}

const maxResponseBytes = 16 * 1_024;
const cutOurs = createCut([]);

/**
 * Makes a sender with its own connections, kept alive for a moment.
 * @param options.connectionsPerOrigin connections of one pool to one scheme, host and port at most. Requests beyond
 * them wait, on the clock of their own `timeoutMs`.
 */
export function createSender(options: {
  guard: EgressGuard;
  connectionsPerOrigin: number;
}): Sender {
  const pools = createPools(options.guard, options.connectionsPerOrigin);
  const targets = createTargets(options.guard);
  const settled = Promise.withResolvers<void>();
  let underWay = 0;
  let closed = false;

  function send(request: SendRequest): Promise<SendResult> {
    if (closed || request.signal?.aborted === true) return Promise.resolve(notSent("aborted"));
    const target = targets.of(request.url);
    if (!target) return Promise.resolve(notSent("egress_refused"));
    underWay += 1;
    return new Promise((resolve) => {
      const exchange = new Exchange(pools, { request, target }, (result) => {
        underWay -= 1;
        if (closed && underWay === 0) settled.resolve();
        resolve(result);
      });
      exchange.start();
    });
  }

  async function close(): Promise<void> {
    closed = true;
    if (underWay > 0) await settled.promise;
    await pools.destroy();
  }

  return { send, close };
}

/**
 * One POST, and what undici, the timer and the signal tell of it: one object, as there are tens of thousands a second. It
 * ends once, by the answer's end, an error, the timer or the signal.
 */
class Exchange implements LineUser {
  line: LineUser["line"] = null;
  readonly #pools: Pools;
  readonly #request: SendRequest;
  readonly #target: Target;
  readonly #ended: (result: SendResult) => void;
  readonly #answer: Answer;
  readonly #startedAt = performance.now();
  readonly #watch = new LineWatch();
  #timer: NodeJS.Timeout | undefined;
  #isSettled = false;
  #controller: Dispatcher.DispatchController | null = null;

  constructor(
    pools: Pools,
    { request, target }: { readonly request: SendRequest; readonly target: Target },
    ended: (result: SendResult) => void,
  ) {
    this.#pools = pools;
    this.#request = request;
    this.#target = target;
    this.#ended = ended;
    this.#answer = new Answer(request.cut ?? cutOurs);
  }

  start(): void {
    const { timeoutMs, signal } = this.#request;
    this.#timer = setTimeout(timedOut, timeoutMs, this);
    signal?.addEventListener("abort", this);
    this.#dispatch(this.#pools.of(this.#line()));
  }

  /** The signal. */
  handleEvent(): void {
    this.stop("aborted");
  }

  stop(error: SendError | null): void {
    this.#settle(error);
    this.#controller?.abort(new Error("The exchange is over"));
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    this.#watch.started(this.line);
    // Settled while it waited for a connection: undici offers no way to withdraw it before this.
    if (this.#isSettled) this.stop(null);
    else if (this.#request.mayStart?.() === false) this.stop("aborted");
  }

  onResponseStart(_: unknown, status: number, headers: ResponseHeaders): void {
    this.#answer.start(status, headers);
  }

  onResponseData(_: unknown, chunk: Buffer): void {
    this.#answer.add(chunk);
    if (this.#answer.isTooLong) this.stop(null);
  }

  onResponseEnd(): void {
    this.#settle(null);
  }

  onResponseError(_: unknown, error: Error): void {
    if (this.#isSettled) return;
    if (!this.#watch.wasStale(error)) return this.#settle(kindOf(error));
    this.line = null;
    this.#pools.once(this.#line(), (fresh) => this.#dispatch(fresh));
  }

  #dispatch(dispatcher: Dispatcher): void {
    const { headers, body } = this.#request;
    const { origin, path } = this.#target;
    dispatcher.dispatch({ origin, path, method: "POST", headers, body }, this);
  }

  #line(): Line {
    const { pool: name, identity } = this.#request;
    return { name, origin: this.#target.origin, identity };
  }

  #settle(error: SendError | null): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    clearTimeout(this.#timer);
    this.#request.signal?.removeEventListener("abort", this);
    this.#ended(this.#answer.result(error, performance.now() - this.#startedAt));
  }
}

type ResponseHeaders = Record<string, string | string[] | undefined>;

const timedOut = (exchanging: Exchange) => exchanging.stop("timeout");

/** What has come of an answer so far: bounded, whatever the receiver sends. */
class Answer {
  readonly #cut: Cut;
  #status: number | null = null;
  #retryAfter: string | null = null;
  #bytes = 0;
  #body: Buffer[] | null = null;

  constructor(cut: Cut) {
    this.#cut = cut;
  }

  get isTooLong(): boolean {
    return this.#bytes > maxResponseBytes;
  }

  start(status: number, headers: ResponseHeaders): void {
    if (status < 200) return; // interim answers such as 103 Early Hints; the real one follows
    const retryAfter = headers["retry-after"];
    this.#status = status;
    this.#retryAfter = (Array.isArray(retryAfter) ? retryAfter[0] : retryAfter) ?? null;
  }

  add(chunk: Buffer): void {
    const room = maxResponseBytes - this.#bytes;
    this.#bytes += chunk.length;
    if (room <= 0) return;
    const read = chunk.length <= room ? chunk : chunk.subarray(0, room);
    if (this.#body) this.#body.push(read);
    else this.#body = [read];
  }

  result(error: SendError | null, durationMs: number): SendResult {
    return {
      status: this.#status,
      error,
      durationMs: Math.round(durationMs),
      responseSnippet: this.#body ? snippetOf(textOf(this.#body), this.#cut) : "",
      retryAfter: this.#retryAfter,
    };
  }
}

/** Most answers are a word or two of ASCII. A character of others that an end falls into is left out. */
function textOf(chunks: readonly Buffer[]): string {
  const [first] = chunks;
  const bytes = chunks.length === 1 && first ? first : Buffer.concat(chunks);
  return isAscii(bytes)
    ? bytes.toString("latin1")
    : new TextDecoder().decode(bytes, { stream: true });
}

function notSent(error: SendError): SendResult {
  return { status: null, error, durationMs: 0, responseSnippet: "", retryAfter: null };
}

const kindOfCode: Readonly<Record<string, SendError>> = {
  ECONNREFUSED: "connection_refused",
  ECONNRESET: "connection_reset",
  ECONNABORTED: "connection_reset",
  EPIPE: "connection_reset",
  UND_ERR_SOCKET: "connection_reset",
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: "connection_reset",
  ETIMEDOUT: "timeout",
  UND_ERR_CONNECT_TIMEOUT: "timeout",
  ENOTFOUND: "dns",
  ENODATA: "dns",
  EPROTO: "tls",
};

/** OpenSSL's verdicts on a certificate, as Node passes them on, and the handshake errors of both. */
const tlsCode =
  /^(?:ERR_TLS|ERR_SSL|CERT_|CRL_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|ERROR_IN_|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_|HOSTNAME_MISMATCH)/;

function kindOf(error: Error): SendError {
  if (error instanceof EgressRefused) return "egress_refused";
  const code = "code" in error ? String(error.code) : "";
  const known = kindOfCode[code];
  if (known !== undefined) return known;
  if (code.startsWith("EAI_")) return "dns";
  return tlsCode.test(code) ? "tls" : "other";
}
