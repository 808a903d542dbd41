import type { Socket } from "node:net";
import { buildConnector } from "undici";
import type { EgressGuard } from "./egress.ts";

/**
 * Makes connections that the guard agrees to. Names are looked up by the guard. When the connection stands, its far end
 * is judged once more, before a byte is written and before TLS: the last wall, should anything above be wrong.
 * @param options of TLS and of the socket; `timeout` in milliseconds, once for connecting and once for TLS.
 */
export function createConnector(
  guard: EgressGuard,
  options: Omit<buildConnector.BuildOptions, "lookup">,
): buildConnector.connector {
  const dialFor = {
    "https:": buildConnector({ ...options, lookup: guard.lookup }),
    "http:": buildConnector({ ...options, lookup: guard.lookupAllowedOnly }),
  };
  const secure = buildConnector(options);

  return (target, callback) => {
    const protocol = target.protocol === "https:" ? "https:" : "http:";
    const port = target.port || (protocol === "https:" ? "443" : "80");
    // The connection alone, whatever is to be spoken on it.
    const bare = { hostname: target.hostname, port, protocol: "http:" };
    dialFor[protocol](bare, (error, socket) => {
      if (!socket) return callback(error ?? new Error("No connection was made"), null);
      const fault = faultOf(guard, socket, protocol);
      if (fault) {
        socket.destroy();
        return callback(fault, null);
      }
      if (protocol === "http:") return callback(null, socket);
      secure({ ...target, port, httpSocket: socket }, callback);
    });
  };
}

function faultOf(
  guard: EgressGuard,
  { remoteAddress }: Socket,
  protocol: "https:" | "http:",
): Error | null {
  if (remoteAddress !== undefined) return guard.checkConnected(remoteAddress, protocol);
  return Object.assign(new Error("The connection was gone at once"), { code: "ECONNRESET" });
}
