import { z } from "zod";
import { id } from "../fields.ts";
import { pageOf, pageQuery, section } from "../operation.ts";
import { Replay } from "../resources/replay.ts";

const endpoints = section("endpoints", "endpoints:read", "endpoints:write");
const params = z.object({ id: Replay.shape.id });

export const replayOperations = {
  listReplays: endpoints.get({
    path: "/endpoints/{id}/replays",
    summary: "List an endpoint's replays, newest first",
    params: z.object({ id: id("end", "The endpoint.") }),
    query: pageQuery,
    answer: pageOf(Replay),
  }),
  getReplay: endpoints.get({
    path: "/replays/{id}",
    summary: "Read how far a replay has come",
    params,
    answer: Replay,
  }),
  cancelReplay: endpoints.command({
    path: "/replays/{id}/cancel",
    summary: "Call off what is left of a replay",
    description:
      "What is under way may still arrive. Events that were dead or skipped before and are not sent are so again.",
    params,
    answer: Replay,
    rules: ["replay_running"],
    versioned: false,
  }),
};
