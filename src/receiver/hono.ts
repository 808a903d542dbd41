import type { Receiver } from "./receiver.ts";
import { notPost, tooLong } from "./reply.ts";
import { responseOf } from "./web.ts";

/** The context of Hono, as far as a receiver needs it. */
export interface HonoContext {
  readonly req: {
    readonly method: string;
    readonly raw: { readonly headers: Headers };
    arrayBuffer(): Promise<ArrayBuffer>;
  };
}

/**
 * A handler for Hono. A middleware that has read the body does no harm: Hono keeps it as it came.
 * @example app.post("/hooks", honoHandler(hooks));
 */
export function honoHandler(hooks: Receiver): (context: HonoContext) => Promise<Response> {
  return async ({ req }) => {
    if (req.method !== "POST") return responseOf(notPost);
    const { headers } = req.raw;
    if (Number(headers.get("content-length") ?? 0) > hooks.maxBodyBytes) return responseOf(tooLong);
    const body = new Uint8Array(await req.arrayBuffer());
    if (body.length > hooks.maxBodyBytes) return responseOf(tooLong);
    return responseOf(await hooks.receive({ headers, body }));
  };
}
