import { readdirSync, readFileSync } from "node:fs";
import { extname, join, sep } from "node:path";
import { gzipSync } from "node:zlib";
import type { Hono } from "hono";

/** A file of the console, as it is handed out. */
interface ServedFile {
  readonly read: () => Uint8Array<ArrayBuffer>;
  readonly type: string;
  /** The same packed, where that makes it smaller. */
  readonly gzipped: (() => Uint8Array<ArrayBuffer>) | undefined;
  /** Its name tells its content, so that it never changes. */
  readonly isFixed: boolean;
  /** What a browser may do in it, where it is a page. */
  readonly policy: string;
}

/** The built console: its files by path, and the page that every address of it opens. */
export interface Console {
  readonly files: ReadonlyMap<string, ServedFile>;
  readonly page: ServedFile;
}

const types: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".md": "text/markdown; charset=utf-8",
  ".txt": "text/plain; charset=utf-8",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
};

/**
 * Nothing is loaded from elsewhere, nothing inline runs, nobody frames it. Styles may be set on elements: libraries
 * place what floats that way.
 */
const policy = [
  "default-src 'self'",
  "style-src 'self'",
  "style-src-attr 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join("; ");

/**
 * Of the REST reference (decisions/022): narrower than the others. It is another's program, so each kind of thing that it may load
 * is named, no form is sent, and no frame is opened.
 */
const restPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "style-src-attr 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** Programs that few look at and that are large: read when they are first asked for. */
const seldom = "/assets/rest/";

/**
 * Reads the built console into memory: some megabytes, most of it the pages that were written ahead.
 * @returns undefined when it was not built.
 */
export function readConsole(folder: string): Console | undefined {
  const files = new Map<string, ServedFile>();
  try {
    for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
      const type = types[extname(name)];
      if (type === undefined) continue;
      const path = `/${name.split(sep).join("/")}`;
      const read = kept(() => new Uint8Array(readFileSync(join(folder, name))));
      if (!path.startsWith(seldom)) read();
      // Packed when it is first asked for: a service that nobody looks at has no work with it.
      const gzipped = kept(() => new Uint8Array(gzipSync(read(), { level: 9 })));
      files.set(path, {
        read,
        type,
        isFixed: path.startsWith("/assets/"),
        gzipped: isText(type) ? gzipped : undefined,
        policy: path === "/docs/rest.html" ? restPolicy : policy,
      });
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  const page = files.get("/index.html");
  return page && { files, page };
}

/** Fonts are packed already. */
const isText = (type: string) => !type.startsWith("font/");

/** Makes something when it is first asked for, and keeps it. */
function kept<Value>(make: () => Value): () => Value {
  let made: Value | undefined;
  return () => (made ??= make());
}

/** Hands out the console's files, and its page for whatever address a person opens that is nothing else's. */
export function consoleRoutes(app: Hono, { files, page }: Console): void {
  for (const [path, file] of files) {
    if (path !== "/index.html") {
      app.get(path, (c) => served(file, c.req.header("accept-encoding")));
    }
  }
  // Programs are told what there is, see `serviceRoutes`.
  app.get("/", (c, next) =>
    asksForPage(c.req.header("accept")) ? served(page, c.req.header("accept-encoding")) : next(),
  );
}

/**
 * @returns when a browser asks for an address that no route knows, the page that was written for it, else the one page of the
 * console; undefined for programs.
 */
export function consolePage(
  { files, page }: Console,
  { method, path, accept, encodings }: Asked,
): Response | undefined {
  const isRead = method === "GET" || method === "HEAD";
  const isPage = asksForPage(accept) && !path.startsWith("/v1/");
  return isRead && isPage ? served(files.get(`${path}.html`) ?? page, encodings) : undefined;
}

interface Asked {
  readonly method: string;
  readonly path: string;
  /** The header `accept`. */
  readonly accept: string | undefined;
  /** The header `accept-encoding`. */
  readonly encodings: string | undefined;
}

/** Whether somebody looks with a browser. */
const asksForPage = (accept: string | undefined) => accept?.includes("text/html") === true;

/** Packed for whoever takes it so: what that saves is in docs/performance.md. */
function served(
  { read, type, isFixed, gzipped, policy: ofFile }: ServedFile,
  encodings: string | undefined,
): Response {
  const isPacked = gzipped !== undefined && /\bgzip\b/.test(encodings ?? "");
  return new Response(isPacked ? gzipped() : read(), {
    headers: {
      "content-type": type,
      ...(gzipped && { vary: "accept-encoding" }),
      ...(isPacked && { "content-encoding": "gzip" }),
      "cache-control": isFixed ? "public, max-age=31536000, immutable" : "no-cache",
      ...(type.startsWith("text/html") && {
        "content-security-policy": ofFile,
        "referrer-policy": "same-origin",
        "x-frame-options": "DENY",
      }),
    },
  });
}
