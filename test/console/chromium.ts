import { existsSync } from "node:fs";
import { chromium, type Browser } from "playwright-core";

/** Where `npm test` looks as well, and puts it as root where it is missing. */
const paths = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** No sandbox, as root has none; and nothing of the browser's own that would ask the network. */
const args = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Starts Debian's Chromium, without a window. @throws {Error} when there is none. */
export async function launchChromium(): Promise<Browser> {
  const executablePath = paths.find((path) => existsSync(path));
  if (!executablePath) {
    throw new Error("There is no Chromium here: install it (Debian: apt-get install chromium)");
  }
  return chromium.launch({ executablePath, args });
}
