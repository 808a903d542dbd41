import type { Sql } from "../base/database.ts";
import { deliveryTotals, endpointsByState } from "../store/serviceState.ts";

/** Counts requests and shows them, with the state of feeds and endpoints, to Prometheus. */
export interface Metrics {
  countRequest(operation: string, status: number, durationMs: number): void;
  /** The page in Prometheus' text format. */
  page(sql: Sql): Promise<string>;
}

interface Counted {
  requests: number;
  durationMs: number;
}

export function createMetrics(): Metrics {
  const counted = new Map<string, Counted>();
  return {
    countRequest(operation, status, durationMs) {
      const labels = `operation="${operation}",status="${status}"`;
      const entry = counted.get(labels) ?? { requests: 0, durationMs: 0 };
      entry.requests += 1;
      entry.durationMs += durationMs;
      counted.set(labels, entry);
    },
    async page(sql) {
      const lines = [
        ...metric("heliograph_http_requests_total", "counter", "Requests by operation and status."),
        ...[...counted].map(
          ([labels, { requests }]) => `heliograph_http_requests_total{${labels}} ${requests}`,
        ),
        ...metric("heliograph_http_request_seconds_total", "counter", "Time spent on requests."),
        ...[...counted].map(
          ([labels, { durationMs }]) =>
            `heliograph_http_request_seconds_total{${labels}} ${(durationMs / 1000).toFixed(6)}`,
        ),
        ...(await deliveryLines(sql)),
        ...metric("heliograph_process_resident_bytes", "gauge", "Memory of this process."),
        `heliograph_process_resident_bytes ${process.memoryUsage.rss()}`,
      ];
      return `${lines.join("\n")}\n`;
    },
  };
}

async function deliveryLines(sql: Sql): Promise<string[]> {
  const [states, totals] = await Promise.all([endpointsByState(sql), deliveryTotals(sql)]);
  return [
    ...metric("heliograph_endpoints", "gauge", "Endpoints by state."),
    ...states.map(({ state, endpoints }) => `heliograph_endpoints{state="${state}"} ${endpoints}`),
    ...metric("heliograph_feed_entries_total", "counter", "Entries appended to all feeds."),
    `heliograph_feed_entries_total ${totals?.entries ?? 0}`,
    ...metric(
      "heliograph_feed_distance",
      "gauge",
      "Feed positions between cursors and heads, all endpoints.",
    ),
    `heliograph_feed_distance ${totals?.distance ?? 0}`,
    ...metric("heliograph_lanes", "gauge", "Customers whose events wait behind a failed one."),
    `heliograph_lanes ${totals?.lanes ?? 0}`,
    ...metric("heliograph_dead_events", "gauge", "Events that were given up and not skipped."),
    `heliograph_dead_events ${totals?.dead ?? 0}`,
  ];
}

const metric = (name: string, type: "counter" | "gauge", help: string) => [
  `# HELP ${name} ${help}`,
  `# TYPE ${name} ${type}`,
];
