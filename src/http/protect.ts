/**
 * What every answer says to browsers and caches: it is what its content type says, and it is nobody else's. An answer
 * that may be kept says so itself.
 */
export function protect(headers: Headers): void {
  headers.set("x-content-type-options", "nosniff");
  if (!headers.has("cache-control")) headers.set("cache-control", "no-store");
}
