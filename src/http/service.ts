import type { Hono } from "hono";
import { newestMigration } from "../store/serviceState.ts";
import type { Services } from "./services.ts";

/** Routes for those who run the service: is the process there, can it work, how much does it do. */
export function serviceRoutes(app: Hono, { sql, metrics, version }: Services): void {
  app.get("/", (c) => c.text(welcome(version)));
  app.get("/healthz", (c) => c.json({ status: "ok", version }));
  app.get("/readyz", async (c) => {
    try {
      return c.json({ status: "ready", schema: await newestMigration(sql) });
    } catch {
      return c.json({ status: "not ready", reason: "The database cannot be reached" }, 503);
    }
  });
  app.get("/metrics", async (c) =>
    c.text(await metrics.page(sql), 200, {
      "content-type": "text/plain; version=0.0.4; charset=utf-8",
    }),
  );
}

/** What a person finds who opens the address in a browser. */
const welcome = (version: string) => `Heliograph ${version}

/v1/catalogue    the events: names, triggers, audiences, schemas, examples
/openapi.json    the REST API
/asyncapi.json   the deliveries
/healthz /readyz /metrics
`;
