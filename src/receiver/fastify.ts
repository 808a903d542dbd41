import type { Receiver } from "./receiver.ts";
import { noBody, replyHeaders, replyText } from "./reply.ts";

/** An instance of Fastify, as far as a receiver needs it. */
export interface FastifyScope {
  removeAllContentTypeParsers(): void;
  // Fastify's own types of these depend on many others; `never` takes them as they are.
  addContentTypeParser(type: string, options: never, parse: never): unknown;
  route(options: never): unknown;
}

/** A request of Fastify, as far as a receiver needs it. */
export interface FastifyRequest {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: unknown;
}

/** An answer of Fastify, as far as a receiver needs it. */
export interface FastifyReply {
  code(status: number): unknown;
  headers(headers: Record<string, string>): unknown;
  send(text: string): unknown;
}

/**
 * A plugin for Fastify: it takes deliveries at the prefix that it is registered with, and reads their bodies as they come.
 * The rest of the application keeps its parsers.
 * @example app.register(fastifyPlugin(hooks), { prefix: "/hooks" });
 */
export function fastifyPlugin(hooks: Receiver): (scope: FastifyScope) => Promise<void> {
  return async (scope) => {
    scope.removeAllContentTypeParsers();
    const asBytes = { parseAs: "buffer", bodyLimit: hooks.maxBodyBytes };
    const parse = (_: unknown, body: Uint8Array, done: (error: null, body: Uint8Array) => void) =>
      done(null, body);
    scope.addContentTypeParser("*", asBytes as never, parse as never);
    scope.route({ method: "POST", url: "/", handler: take } as never);

    async function take({ headers, body }: FastifyRequest, reply: FastifyReply): Promise<unknown> {
      const taken = body instanceof Uint8Array ? await hooks.receive({ headers, body }) : noBody;
      reply.code(taken.status);
      reply.headers(replyHeaders);
      return reply.send(replyText(taken));
    }
  };
}
