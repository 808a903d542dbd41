import type { Receiver, Reply } from "./receiver.ts";
import { notPost, replyHeaders, replyText, tooLong } from "./reply.ts";

/** An `IncomingMessage` of `node:http`, as far as a receiver needs it. */
export interface NodeRequest extends AsyncIterable<unknown> {
  readonly method?: string | undefined;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** A `ServerResponse` of `node:http`, as far as a receiver needs it. */
export interface NodeResponse {
  writeHead(status: number, headers: Record<string, string>): unknown;
  end(text: string): unknown;
}

/**
 * A listener for `node:http`, and for frameworks that give its requests and responses.
 * @example createServer(nodeHandler(hooks)).listen(3000);
 */
export function nodeHandler(
  hooks: Receiver,
): (request: NodeRequest, response: NodeResponse) => void {
  return (request, response) => void take(hooks, request, response);
}

async function take(hooks: Receiver, request: NodeRequest, response: NodeResponse): Promise<void> {
  const body = request.method === "POST" ? await readBody(request, hooks) : notPost;
  if (body === undefined) return; // the sender went away; it will come again
  answer(response, isReply(body) ? body : await hooks.receive({ headers: request.headers, body }));
}

export function answer(response: NodeResponse, reply: Reply): void {
  response.writeHead(reply.status, replyHeaders);
  response.end(replyText(reply));
}

export const isReply = (body: Uint8Array | Reply): body is Reply => "outcome" in body;

/** @returns a refusal when it is too long, undefined when it broke off. */
export async function readBody(
  request: AsyncIterable<unknown>,
  { maxBodyBytes }: Receiver,
): Promise<Uint8Array | Reply | undefined> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of request) {
      const bytes = typeof chunk === "string" ? new TextEncoder().encode(chunk) : chunk;
      chunks.push(bytes as Uint8Array);
      length += (bytes as Uint8Array).length;
      if (length > maxBodyBytes) return tooLong;
    }
  } catch {
    return undefined;
  }
  const body = new Uint8Array(length);
  let end = 0;
  for (const chunk of chunks) {
    body.set(chunk, end);
    end += chunk.length;
  }
  return body;
}
