import { Failure } from "./exitCodes.ts";
import { readIfThere, readKept } from "./keeping.ts";

/** Where a service is when nobody said otherwise. */
export const usualUrl = "http://localhost:4400";

/** How the service is reached. */
export interface Connection {
  readonly url: string;
  /** Null when nobody is signed in. */
  readonly key: string | null;
  /** Whence the key is; null when there is none. */
  readonly from: "file" | "variable" | "kept" | null;
  /** The kept environment that was used, if one was. */
  readonly environment: string | null;
}

interface Said {
  readonly url?: string | undefined;
  readonly env?: string | undefined;
  readonly keyFile?: string | undefined;
}

/**
 * What flags, environment and kept file say together, in this order. A kept key is sent to its own service only.
 * @throws {Failure} when they contradict each other.
 */
export async function findConnection(
  said: Said,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Connection> {
  const kept = await readKept(env);
  const name = said.env ?? kept.current;
  const environment = name === null ? undefined : kept.environments[name];
  if (said.env !== undefined && !environment) {
    const names = Object.keys(kept.environments).join(", ");
    throw new Failure(
      "usage",
      `There is no environment ${said.env}`,
      names === "" ? `heliograph login --as ${said.env}` : `There are: ${names}`,
    );
  }
  const url = checkedUrl(said.url ?? filled(env["HELIOGRAPH_URL"]) ?? environment?.url ?? usualUrl);
  const own = said.keyFile === undefined ? undefined : await keyIn(said.keyFile);
  const given = own ?? (said.env === undefined ? filled(env["HELIOGRAPH_API_KEY"]) : undefined);
  if (given !== undefined) {
    return { url, key: given, from: own === undefined ? "variable" : "file", environment: null };
  }
  const isItsOwn = environment !== undefined && url === checkedUrl(environment.url);
  return isItsOwn
    ? { url, key: environment.key, from: "kept", environment: name }
    : { url, key: null, from: null, environment: null };
}

/** @throws {Failure} when nobody is signed in. */
export function requireKey({ url, key }: Connection): string {
  if (key !== null) return key;
  throw new Failure(
    "not_allowed",
    `Not signed in to ${url}`,
    url === usualUrl
      ? "heliograph login, or set HELIOGRAPH_API_KEY"
      : `heliograph login --url ${url}, or set HELIOGRAPH_API_KEY`,
  );
}

/** The key in a file. */
async function keyIn(path: string): Promise<string> {
  const text = (await readIfThere(path))?.trim();
  if (text === undefined || text === "") {
    throw new Failure("usage", `There is no key in ${path}`);
  }
  return text;
}

const filled = (value: string | undefined) =>
  value === undefined || value.trim() === "" ? undefined : value.trim();

/** Without slashes at its end. */
export function checkedUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === "https:" || url?.protocol === "http:") return text.replace(/\/+$/, "");
  throw new Failure(
    "usage",
    `${text} is no address of a service`,
    "It starts with https:// or http://",
  );
}
