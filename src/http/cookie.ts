/** Name of the cookie of the console's session. */
const name = "heliograph_session";

/** @returns the token of the console's session that came with a request. */
export function readCookie(request: Request): string | undefined {
  for (const pair of (request.headers.get("cookie") ?? "").split(";")) {
    const [key, value] = pair.trim().split("=", 2);
    if (key === name && value) return value;
  }
  return undefined;
}

/**
 * The `Set-Cookie` of a session: out of reach of scripts, and sent by our own pages only.
 * @param seconds how long it is kept; 0 takes it away.
 */
export const sessionCookie = (
  token: string,
  { seconds, isSecure }: { seconds: number; isSecure: boolean },
): string =>
  `${name}=${token}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Strict${isSecure ? "; Secure" : ""}`;
