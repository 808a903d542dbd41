import type { Receiver, Reply } from "./receiver.ts";
import { notPost, parsedError, replyHeaders, replyText, tooLong, unreadable } from "./reply.ts";

/**
 * A handler for whatever speaks the web's `Request` and `Response`: Next.js, Bun, Deno, workers, SvelteKit.
 * @example export const POST = webHandler(hooks); // app/hooks/route.ts of Next.js
 * @example Bun.serve({ fetch: webHandler(hooks) });
 */
export function webHandler(hooks: Receiver): (request: Request) => Promise<Response> {
  return async (request) => responseOf(await take(hooks, request));
}

async function take(hooks: Receiver, request: Request): Promise<Reply> {
  if (request.method !== "POST") return notPost;
  if (request.bodyUsed) {
    hooks.report(parsedError("pass the Request on before anybody reads it"));
    return unreadable;
  }
  if (Number(request.headers.get("content-length") ?? 0) > hooks.maxBodyBytes) return tooLong;
  const body = new Uint8Array(await request.arrayBuffer());
  if (body.length > hooks.maxBodyBytes) return tooLong;
  return hooks.receive({ headers: request.headers, body });
}

export const responseOf = (reply: Reply): Response =>
  new Response(replyText(reply), { status: reply.status, headers: replyHeaders });
