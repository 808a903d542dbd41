/**
 * Sends what is tried: to this service only, and as nobody but the holder of the key that was typed. The session of the console
 * is left out of it, so that who is signed in there changes nothing by trying a call here.
 * @throws {TypeError} for another host.
 */
export async function send(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  const request = new Request(input, {
    ...init,
    credentials: "omit",
    referrerPolicy: "no-referrer",
  });
  if (new URL(request.url).origin !== location.origin) {
    throw new TypeError(`Requests of this page go to ${location.origin} only`);
  }
  return fetch(request);
}
