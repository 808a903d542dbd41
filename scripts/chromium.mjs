import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

/** Where Debian and others put it; the tests look in the same places. */
const chromiumPaths = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

export const hasChromium = () => chromiumPaths.some((path) => existsSync(path));

/** Installs Chromium from Debian's packages, which takes root; what to do instead, when that is impossible. */
export function installChromium(say) {
  const byHand =
    "The tests of the console need Chromium: install it (Debian: apt-get install chromium) and run npm test again";
  if (process.getuid?.() !== 0) return byHand;
  say("Installing Chromium with apt-get (about a minute)");
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const options = { env, stdio: ["ignore", "ignore", "inherit"] };
  spawnSync("apt-get", ["update", "-qq"], options);
  const args = ["install", "-y", "-qq", "--no-install-recommends", "chromium"];
  const { status } = spawnSync("apt-get", args, options);
  return status === 0 && hasChromium() ? undefined : byHand;
}
