import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { launchChromium } from "../console/chromium.ts";
import { bundle } from "./bundle.ts";
import { deliveryOf, madeFeed, secret } from "./deliveries.ts";

/** The kit where there is no Node. `scripts/receiverRuntimes.ts` tries other servers' runtimes. */

const imports = (code: string) =>
  code.match(/^\s*(import|export)\b.*\bfrom\b.*$|\bimport\(|\brequire\(|\bprocess\./gm);

describe("the receiver kit", () => {
  test.for(["index.ts", "verify.ts"])("bundles %s without anything of Node's", async (file) => {
    const code = await bundle(file);
    expect(imports(code)).toBeNull();
    expect(code).not.toContain("browser-external"); // what Vite puts in place of Node's modules
  });

  test("verifies and receives in a browser", async () => {
    const modules: Record<string, string> = {
      "/verify.js": await bundle("verify.ts"),
      "/receiver.js": await bundle("index.ts"),
    };
    expect(modules["/verify.js"]?.length).toBeLessThan(20_000);
    const server = createServer(({ url = "" }, response) => {
      const code = modules[url];
      const type = code === undefined ? "text/html" : "text/javascript";
      response.writeHead(200, { "content-type": type }).end(code ?? "<!doctype html>");
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    onTestFinished(() => void server.close());
    const browser = await launchChromium();
    onTestFinished(() => browser.close());
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);

    const [event] = madeFeed([{ customer: 1 }]);
    if (!event) throw new Error("The feed is empty");
    const delivery = await deliveryOf(event);
    const program = `(async ({ secret, headers, body }) => {
      const { verify } = await import("/verify.js");
      const { receiver, memoryInbox, webHandler } = await import("/receiver.js");
      const verified = await verify({ secret, headers, body });
      const refused = await verify({ secret, headers, body: body + " " }).catch(({ reason }) => reason);
      const seen = [];
      const on = { new_note: ({ id }) => seen.push(id) };
      const handle = webHandler(receiver({ secret, inbox: memoryInbox(), on }));
      const request = () => new Request("/hooks", { method: "POST", headers, body });
      const statuses = [(await handle(request())).status, (await handle(request())).status];
      return { verified, refused, seen, statuses };
    })(${JSON.stringify({ secret, ...delivery })})`;
    expect(await page.evaluate(program)).toEqual({
      verified: event,
      refused: "no_matching_signature",
      seen: [event.id],
      statuses: [200, 200],
    });
  });
});
