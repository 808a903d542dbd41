import { Socket } from "node:net";

/**
 * Calls `callback` once when the process that started this one is gone, however it ended.
 * The starter leaves a pipe open on the descriptor named in HELIOGRAPH_PARENT_FD; the kernel closes
 * it with the starter, so nothing has to be polled. Does nothing when there is no such pipe.
 */
export function onParentGone(callback: () => void): void {
  const descriptor = Number(process.env["HELIOGRAPH_PARENT_FD"]);
  if (!Number.isInteger(descriptor) || descriptor < 3) return;
  const pipe = new Socket({ fd: descriptor });
  pipe.on("error", () => {
    // A broken pipe says the same as a closed one, and "close" follows.
  });
  pipe.once("close", callback);
  pipe.resume();
  pipe.unref();
}
