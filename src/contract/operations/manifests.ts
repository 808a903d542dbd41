import { z } from "zod";
import { id } from "../fields.ts";
import { pageOf, pageQuery, section } from "../operation.ts";
import { Manifest, OpenManifest } from "../resources/manifest.ts";

const endpoints = section("endpoints", "endpoints:read", "endpoints:write");

export const manifestOperations = {
  listManifests: endpoints.get({
    path: "/endpoints/{id}/manifests",
    summary: "List what an endpoint was to get, day by day, newest first",
    description:
      "One per day (UTC) with events in the feed, made when it is over, and two when the filter changed meanwhile. `manifestOf` of `heliograph/receiver` computes count and hash from what a receiver stored.",
    params: z.object({ id: id("end", "The endpoint.") }),
    query: pageQuery,
    answer: pageOf(Manifest).extend({
      open: OpenManifest.nullable().meta({
        description: "What came since the newest one, so far; null when nothing did.",
      }),
    }),
  }),
};
