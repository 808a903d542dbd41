import type { Command } from "../../command.ts";
import { Failure } from "../../lib/exitCodes.ts";
import { probe } from "../../lib/probe.ts";
import { showRecord } from "../../lib/show.ts";

export const serverStatus: Command = {
  name: "server status",
  summary: "Ask a service whether it can work",
  description:
    "Needs no key. Ends with 6 when nobody answers, with 5 when the service is not ready.",
  answers: "{url, version, ready, schema, reason}",
  examples: ["server status --url https://heliograph.example.com"],
  async run(context) {
    const { url } = context.connection;
    const [health, ready] = [await probe(url, "/healthz"), await probe(url, "/readyz")];
    const isReady = ready.status === 200;
    showRecord(context, {
      url,
      version: health.body["version"] ?? null,
      ready: isReady,
      schema: ready.body["schema"] ?? null,
      reason: ready.body["reason"] ?? null,
    });
    if (!isReady) throw new Failure("not_met", `${url} is not ready`);
  },
};
