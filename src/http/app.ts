import { Hono } from "hono";
import { ApiError } from "../contract/errors.ts";
import { operation, operationNames, type OperationName } from "../contract/operations.ts";
import type { Operation } from "../contract/operation.ts";
import { newId } from "../base/id.ts";
import { consolePage, consoleRoutes, type Console } from "./console.ts";
import { handlers } from "./handlers.ts";
import { asApiError, problem } from "./problem.ts";
import { protect } from "./protect.ts";
import { Reply } from "./reply.ts";
import { readRequest } from "./readRequest.ts";
import { addressOf } from "./address.ts";
import { authenticate } from "./authenticate.ts";
import { serviceRoutes } from "./service.ts";
import type { FeedGrowth } from "../store/appendEvents.ts";
import type { Services } from "./services.ts";

/** The HTTP side of the service: every operation of the contract, bound to its handler. */
export function createApp(services: Services): Hono {
  const app = appWith(services, "", services.console);
  for (const { name, path } of routes) {
    app.on(operation(name).method, path, (c) =>
      answer(services, name, {
        request: c.req.raw,
        params: c.req.param(),
        address: addressOf(c, services.isTrustedProxy),
      }),
    );
  }
  return app;
}

/** What a node without the role `api` answers: only to those who run it. */
export function createServiceApp(services: Services): Hono {
  return appWith(services, " on this node");
}

function appWith(services: Services, where: string, console?: Console): Hono {
  const app = new Hono();
  app.use(async (c, next) => {
    await next();
    protect(c.res.headers);
  });
  if (console) consoleRoutes(app, console);
  serviceRoutes(app, services);
  app.notFound(({ req: { method, path, raw } }) => {
    const accept = raw.headers.get("accept") ?? undefined;
    const encodings = raw.headers.get("accept-encoding") ?? undefined;
    const asked = { method, path, accept, encodings };
    return (
      (console && consolePage(console, asked)) ?? notRouted(app.routes, { where, method, path })
    );
  });
  app.onError((error) => problem(error, newId("req")));
  return app;
}

/** The first that fits answers, so `/events/stream` comes before `/events/:id`. */
const routes = operationNames
  .flatMap((name) => pathsOf(operation(name)).map((path) => ({ name, path })))
  .toSorted((a, b) => Number(a.path.includes(":")) - Number(b.path.includes(":")));

/** Routes of an operation; what describes the API itself is also found without the version. */
function pathsOf({ path, callers, tag }: Operation): string[] {
  const routed = path.replaceAll(/\{(\w+)\}/g, ":$1");
  return callers.length === 0 && tag === "catalogue" ? [`/v1${routed}`, routed] : [`/v1${routed}`];
}

/** A request to an operation. */
interface Asked {
  readonly request: Request;
  readonly params: Record<string, string>;
  /** Whence it comes; null where that is not known. */
  readonly address: string | null;
}

async function answer(services: Services, name: OperationName, asked: Asked): Promise<Response> {
  const { request } = asked;
  const requestId = newId("req");
  const started = performance.now();
  const begin = () => run(services, name, { ...asked, requestId });
  const isClockKept = services.testClock && name !== "moveTestClock";
  const running = isClockKept ? services.testClock.during(begin) : begin();
  const response = await running.catch((error: unknown) => {
    const failure = asApiError(error);
    if (failure.code === "internal") {
      services.log.error("A request failed", { operation: name, requestId, error });
    }
    return problem(failure, requestId);
  });
  response.headers.set("heliograph-request-id", requestId);
  // Nobody will read it: a file or a stream behind it would stay open.
  if (request.method === "HEAD") await response.body?.cancel();
  services.metrics.countRequest(name, response.status, performance.now() - started);
  return response;
}

async function run(
  services: Services,
  name: OperationName,
  { request, params, address, requestId }: Asked & { readonly requestId: string },
): Promise<Response> {
  const called = operation(name);
  const { caller, keyId } = await authenticate(called, request, services);
  if (keyId !== null) services.requestLimit?.take(keyId);
  const { input, headers } = await readRequest(called, request, params);
  const context = {
    ...services,
    caller,
    requestId,
    // Without a key there is nobody whose answer it could be; a call-back has an id of its own.
    idempotency: headers.idempotency && keyId && { ...headers.idempotency, keyId },
    ifMatch: headers.ifMatch,
    onAppended: (growth: readonly FeedGrowth[]) => services.signal.tell(growth),
  };
  // The handler's input was checked by the operation's own schemas; the table ties each to its operation.
  const handle = handlers[name] as unknown as (
    context: unknown,
    input: unknown,
    exchange: unknown,
  ) => Promise<unknown>;
  const exchange = { request, services, rawBody: headers.rawBody, address };
  try {
    return respond(called, await handle(context, input, exchange));
  } finally {
    // Also when it failed: the commit may have been made without our hearing of it.
    if (mayChangeKeys(called)) services.knownKeys?.forget();
  }
}

/** Whether afterwards a key may be no more, or stand for somebody with other roles or another name. */
const mayChangeKeys = ({ tag, method }: Operation) => tag === "organizations" && method !== "GET";

function respond(called: Operation, result: unknown): Response {
  if (result instanceof Response) return result;
  const [status, body] =
    result instanceof Reply ? [result.status, result.answer] : [called.status, result];
  if (called.answerKind === "empty") return new Response(null, { status });
  return new Response(JSON.stringify(body), {
    status,
    headers: { "content-type": "application/json", ...etagOf(body) },
  });
}

/** The version of a record is its ETag. */
function etagOf(body: unknown): Record<string, string> {
  if (typeof body !== "object" || body === null || !("version" in body)) return {};
  return { etag: `"${String(body.version)}"` };
}

interface Unrouted {
  readonly method: string;
  readonly path: string;
  /** What is said after a path that is not known. */
  readonly where: string;
}

function notRouted(known: Hono["routes"], { method, path, where }: Unrouted): Response {
  const allowed = new Set<string>(
    known
      .filter((route) => isMethod(route) && matches(route.path, path))
      .map((route) => route.method),
  );
  if (allowed.size === 0 || allowed.has(method)) {
    return problem(new ApiError("not_found", `No ${path}${where}`), newId("req"));
  }
  // Whatever can be read can be asked for its headers alone.
  if (allowed.has("GET")) allowed.add("HEAD");
  const allow = [...allowed].join(", ");
  const refused = problem(
    new ApiError("method_not_allowed", `${path} knows ${allow}, not ${method}`),
    newId("req"),
  );
  refused.headers.set("allow", allow);
  return refused;
}

/** What is done for every request is a route as well. */
const isMethod = ({ method }: { method: string }) => method !== "ALL";

const matches = (route: string, path: string) =>
  new RegExp(`^${route.replaceAll(".", String.raw`\.`).replaceAll(/:\w+/g, "[^/]+")}$`).test(path);
