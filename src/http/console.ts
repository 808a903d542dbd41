import { readdirSync, readFileSync } from "node:fs";
import { extname, join, sep } from "node:path";
import { gzipSync } from "node:zlib";
import type { Hono } from "hono";

/** A file of the console, as it is handed out. */
interface ServedFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly type: string;
  /** The same packed, where that makes it smaller. */
  readonly gzipped: (() => Uint8Array<ArrayBuffer>) | undefined;
  /** Its name tells its content, so that it never changes. */
  readonly isFixed: boolean;
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

/** Reads the built console into memory: some megabytes, most of it the pages that were written ahead. @returns undefined when it was not built. */
export function readConsole(folder: string): Console | undefined {
  const files = new Map<string, ServedFile>();
  try {
    for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
      const type = types[extname(name)];
      if (type === undefined) continue;
      const path = `/${name.split(sep).join("/")}`;
      const bytes = new Uint8Array(readFileSync(join(folder, name)));
      const isFixed = path.startsWith("/assets/");
      files.set(path, { bytes, type, isFixed, gzipped: isText(type) ? packed(bytes) : undefined });
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

/** Packs when it is first asked for: a service that nobody looks at has no work with it. */
function packed(bytes: Uint8Array<ArrayBuffer>): () => Uint8Array<ArrayBuffer> {
  let kept: Uint8Array<ArrayBuffer> | undefined;
  return () => (kept ??= new Uint8Array(gzipSync(bytes, { level: 9 })));
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
  { bytes, type, isFixed, gzipped }: ServedFile,
  encodings: string | undefined,
): Response {
  const isPacked = gzipped !== undefined && /\bgzip\b/.test(encodings ?? "");
  return new Response(isPacked ? gzipped() : bytes, {
    headers: {
      "content-type": type,
      ...(gzipped && { vary: "accept-encoding" }),
      ...(isPacked && { "content-encoding": "gzip" }),
      "cache-control": isFixed ? "public, max-age=31536000, immutable" : "no-cache",
      ...(type.startsWith("text/html") && {
        "content-security-policy": policy,
        "referrer-policy": "same-origin",
        "x-frame-options": "DENY",
      }),
    },
  });
}
