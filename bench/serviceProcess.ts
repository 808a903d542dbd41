import { readConfig } from "../src/base/config.ts";
import { startService, type RunningService } from "../src/start.ts";
import { serve } from "./serve.ts";

let service: RunningService | undefined;

/** The service as `npm start` starts it, in a process of its own. */
serve({
  async start(settings: Readonly<Record<string, string>>) {
    service = await startService(readConfig(settings), () => undefined);
    return service.url;
  },
  stop: () => service?.stop(),
});
