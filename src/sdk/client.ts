import type { EventEnvelope } from "../contract/catalogue.ts";
import type { InboundEnvelope } from "../contract/inbound.ts";
import type { Operation } from "../contract/operation.ts";
import {
  operation,
  operationNames,
  type operations,
  type OperationAnswer,
  type OperationName,
  type OperationRequest,
} from "../contract/operations.ts";
import { consoleHeader } from "../contract/headerNames.ts";
import { failureOf } from "./error.ts";
import { followEvents } from "./eventStream.ts";
import { recordsOf } from "./pages.ts";
import { isPaged, newIdempotencyKey, withRetries } from "./retry.ts";

export interface ClientOptions {
  /** Where the service is reached, for example `http://localhost:4400` or `https://example.com/heliograph`. */
  readonly url: string;
  /** An organization's key, or the operator's; null in the console, whose cookie stands for one. */
  readonly key: string | null;
  /**
   * How often a request is sent again that found nobody, or a service that is busy or away; 2 unless told, 0 for never. A
   * write is sent again with the same Idempotency-Key, so that it is done once.
   */
  readonly retries?: number;
}

/** What may go with any call. */
export interface CallOptions {
  /**
   * Makes a write safe to repeat: the same key gives the same answer for 24 hours. Without one the client makes one for each
   * call that it would send again.
   */
  readonly idempotencyKey?: string;
  /** Version that the record must still have. */
  readonly ifMatch?: number;
  readonly signal?: AbortSignal;
  /** Of a stream: told each time its connection is lost, before it is opened again. */
  readonly onLost?: (reason: unknown) => void;
}

/** Path parameters, query and body of a call, in one object. */
export type CallInput<N extends OperationName> = Named<OperationRequest<N>["params"]> &
  Named<OperationRequest<N>["query"]> &
  Named<OperationRequest<N>["body"]>;

/** An empty object schema has the type of an object without any field, which would forbid those of the others. */
type Named<T> = string extends keyof T ? unknown : T;

type Call<N extends OperationName> = (
  ...given: Partial<CallInput<N>> extends CallInput<N>
    ? [input?: CallInput<N>, options?: CallOptions]
    : [input: CallInput<N>, options?: CallOptions]
) => Answer<N>;

/** A stream is followed event by event; all else is awaited, a document as its bytes. */
type Answer<N extends OperationName> =
  Kind<N, "answerKind"> extends "event_stream"
    ? AsyncGenerator<EventEnvelope | InboundEnvelope, void, undefined>
    : Promise<Kind<N, "answerKind"> extends "pdf" | "bytes" ? Blob : OperationAnswer<N>>;

type Kind<N extends OperationName, K extends "bodyKind" | "answerKind"> = (typeof operations)[N][K];

/** Left out: what others send, as CallPilot its call-backs, and what is fetched by a link, as a file's content. */
type Callable = {
  [N in OperationName]: Kind<N, "bodyKind"> extends "raw_json" | "bytes"
    ? never
    : Kind<N, "answerKind"> extends "content"
      ? never
      : N;
}[OperationName];
const isCallable = ({ bodyKind, answerKind }: Operation) =>
  bodyKind !== "raw_json" && bodyKind !== "bytes" && answerKind !== "content";

/** `signAgreement` is `agreements.sign`: the verb is the method, the noun in the plural is the group. */
type Verb<N extends string> = N extends `${infer First}${infer Rest}`
  ? First extends Uppercase<First>
    ? ""
    : `${First}${Verb<Rest>}`
  : "";
type Noun<N extends string> = N extends `${Verb<N>}${infer Rest}`
  ? Plural<Uncapitalize<Rest>>
  : never;
type Plural<N extends string> = N extends `${string}s`
  ? N
  : N extends `${string}${"a" | "e"}y`
    ? `${N}s`
    : N extends `${infer Stem}y`
      ? `${Stem}ies`
      : `${N}s`;
type Group<G extends string> = {
  readonly [N in Callable as Noun<N> extends G ? Verb<N> : never]: Call<N>;
} & {
  readonly [N in Paged as Noun<N> extends G ? `${Verb<N>}All` : never]: (
    ...given: Parameters<Call<N>>
  ) => AsyncGenerator<RecordOf<N>, void, undefined>;
};

/** Lists that come in pages. */
type Paged = {
  [N in Callable]: "after" | "limit" extends keyof Named<OperationRequest<N>["query"]> ? N : never;
}[Callable];
/** What a page holds; a feed's entries are the events that deliveries carry. */
type RecordOf<N extends OperationName> = N extends "listEvents"
  ? EventEnvelope
  : OperationAnswer<N> extends { data: readonly (infer R)[] }
    ? R
    : never;

/** Every call of the API: `client.customers.create({ … })`. Computed from the contract. */
export type Client = { readonly [G in Noun<Callable>]: Group<G> };

/**
 * Makes a client. Calls answer what the contract says or throw `HeliographError` with the problem. Every list has a second
 * call that gives the records of all its pages: `listAll` beside `list`. `events.stream()` gives each event as it happens
 * and goes on after a lost connection; `options.signal` ends it.
 * @example const { customers } = createClient({ url: "http://localhost:4400", key });
 * @example for await (const customer of customers.listAll({ q: "sample" })) console.log(customer.id);
 * @example for await (const event of events.stream({ after })) console.log(event.type);
 */
export function createClient(options: ClientOptions): Client {
  const groups: Record<string, Record<string, unknown>> = {};
  for (const name of operationNames.filter((each) => isCallable(operation(each)))) {
    const [verb, noun] = nameOf(name);
    const called = operation(name);
    const bound =
      <R>(run: (client: ClientOptions, of: Operation, given: Given) => R) =>
      (input?: Record<string, unknown>, callOptions?: CallOptions) =>
        run(options, called, { input: input ?? {}, ...callOptions });
    groups[noun] = {
      ...groups[noun],
      [verb]: bound<unknown>(called.answerKind === "event_stream" ? follow : call),
      ...(isPaged(called) && { [`${verb}All`]: bound(callAll) }),
    };
  }
  // Built from the same names as the type.
  return groups as unknown as Client;
}

function nameOf(name: OperationName): [verb: string, noun: string] {
  const [verb = "", ...rest] = name.split(/(?=[A-Z])/);
  const noun = rest.join("");
  const plural = noun.replace(/(?<![ae])y$/, "ie").replace(/s?$/, "s");
  return [verb, plural.charAt(0).toLowerCase() + plural.slice(1)];
}

type Given = CallOptions & { readonly input: Record<string, unknown> };

async function call(options: ClientOptions, called: Operation, given: Given): Promise<unknown> {
  const response = await send(options, called, given);
  if (response.status === 204) return undefined;
  if (called.answerKind === "pdf" || called.answerKind === "bytes") return response.blob();
  const body = await response.text();
  try {
    return JSON.parse(body);
  } catch {
    throw failureOf(response, body);
  }
}

/** The records of all pages, each page read when the one before is used up. */
const callAll = (options: ClientOptions, called: Operation, { input, ...rest }: Given) =>
  recordsOf(input, (page) => call(options, called, { input: page, ...rest }));

function follow(options: ClientOptions, called: Operation, { input, signal, onLost }: Given) {
  // It opens a lost connection again by itself, and what fails at the start is to be known at once.
  const once = { ...options, retries: 0 };
  return followEvents({
    after: input["after"] as number | undefined,
    signal,
    onLost,
    async open(after, until) {
      const response = await send(once, called, { input: { ...input, after }, signal: until });
      const type = response.headers.get("content-type") ?? "";
      if (!type.startsWith("text/event-stream")) throw failureOf(response, await response.text());
      return response;
    },
  });
}

/** @throws {HeliographError} unless the answer says that it was done. */
async function send(
  { url, key, retries = 2 }: ClientOptions,
  called: Operation,
  { input, signal, ...options }: Given,
): Promise<Response> {
  const { target, rest } = placed(called, input);
  const body = bodyOf(called, rest);
  const isSentAgain = called.method !== "GET" && retries > 0;
  const idempotencyKey = options.idempotencyKey ?? (isSentAgain ? newIdempotencyKey() : undefined);
  const request: RequestInit = {
    method: called.method,
    headers: {
      ...(key === null ? { [consoleHeader]: "1" } : { authorization: `Bearer ${key}` }),
      ...(typeof body === "string" && { "content-type": "application/json" }),
      ...(idempotencyKey !== undefined && { "idempotency-key": idempotencyKey }),
      ...(options.ifMatch !== undefined && { "if-match": `"${options.ifMatch}"` }),
    },
    ...(body !== undefined && { body }),
    ...(signal && { signal }),
  };
  const address = `${url.replace(/\/+$/, "")}${target}`;
  const response = await withRetries(() => fetch(address, request), { called, retries, signal });
  if (!response.ok) throw failureOf(response, await response.text());
  return response;
}

/** Puts path parameters and query in their places; what is left is the body. */
function placed({ path, params, query }: Operation, input: Record<string, unknown>) {
  const rest = { ...input };
  const take = (name: string) => {
    const value = rest[name];
    delete rest[name];
    return value === undefined ? undefined : `${value as string | number}`;
  };
  const names = (schema: unknown) => Object.keys((schema as { shape?: object }).shape ?? {});
  let target = `/v1${path}`;
  for (const name of names(params)) {
    target = target.replace(`{${name}}`, encodeURIComponent(take(name) ?? ""));
  }
  const search = new URLSearchParams();
  for (const name of names(query)) {
    const value = take(name);
    if (value !== undefined) search.set(name, value);
  }
  return { target: search.size > 0 ? `${target}?${search.toString()}` : target, rest };
}

function bodyOf(
  { bodyKind }: Operation,
  rest: Record<string, unknown>,
): string | FormData | undefined {
  if (bodyKind === "none") return undefined;
  if (bodyKind !== "multipart") return JSON.stringify(rest);
  const form = new FormData();
  for (const [name, value] of Object.entries(rest)) {
    if (value instanceof Blob) form.append(name, value);
    else form.append(name, String(value));
  }
  return form;
}
