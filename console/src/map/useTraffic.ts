import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { nowMs } from "../clock.ts";
import type { EventEnvelope } from "../../../src/contract/catalogue.ts";
import type { Endpoint } from "../../../src/contract/resources/delivery.ts";
import { api } from "../api.ts";
import { onEvent } from "../live.ts";
import { branchId, sourceId } from "./model.ts";
import { keptAtMost, seenOf, Traffic, windowMs } from "./traffic.ts";

/** As many events as one reading gives. */
const pageSize = 200;
/** A pulse reaches the stage before those to the endpoints start, in milliseconds. */
const stageMs = 700;

/** Reads the hour's events of the feed backwards from its end, and gives each page as it comes. */
async function readHour(take: (events: readonly EventEnvelope[]) => void): Promise<true> {
  const since = nowMs() - windowMs;
  let before = Number.MAX_SAFE_INTEGER;
  for (let read = 0; read < keptAtMost; read += pageSize) {
    const page = await api.events.list({ before, limit: pageSize });
    // The contract names the body of the API loosely; it is the envelope of deliveries.
    const events = page.data as unknown as EventEnvelope[];
    take(events);
    const oldest = events.at(-1);
    if (page.next === null || !oldest || Date.parse(oldest.timestamp) < since) break;
    before = Number(page.next);
  }
  return true;
}

/** The traffic of this organization: the last hour, and each event as it happens, which lights its way. */
export function useTraffic(endpoints: readonly Endpoint[], customer: string | undefined) {
  const [traffic] = useState(() => new Traffic());
  const hour = useQuery({
    queryKey: ["mapHour"],
    queryFn: () => readHour((events) => traffic.add(events.map((event) => seenOf(event)))),
    staleTime: 0,
    gcTime: 0,
  });
  // The stream is joined once; what it lights is looked up when something comes.
  const topology = useRef({ endpoints, customer });
  topology.current = { endpoints, customer };
  useEffect(
    () =>
      onEvent((event) => {
        const seen = seenOf(event);
        const now = topology.current;
        if (!traffic.hear(seen)) return;
        if (now.customer !== undefined && seen.customer !== now.customer) return;
        traffic.light(branchId(sourceId(seen.source), seen.stage), true);
        setTimeout(() => {
          traffic.light(seen.stage, false);
          for (const endpoint of now.endpoints) {
            const isFor = endpoint.events?.includes(seen.type) ?? true;
            // Nothing travels where nothing is sent.
            const isSent = endpoint.state === "active";
            if (isFor && isSent) traffic.light(branchId(seen.stage, endpoint.id), true);
          }
        }, stageMs);
      }),
    [traffic],
  );
  return { traffic, hour };
}
