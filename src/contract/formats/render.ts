import type { Format } from "../resources/delivery.ts";
import { cloudeventsBody } from "./cloudevents.ts";
import { enerfloV1Body } from "./enerfloV1.ts";
import type { FeedEntry } from "./entry.ts";
import { heliographBody } from "./heliograph.ts";

interface Rendering {
  readonly body: (entry: FeedEntry) => Record<string, unknown>;
  readonly contentType: string;
}

const renderings: Readonly<Record<Format, Rendering>> = {
  heliograph: { body: heliographBody, contentType: "application/json" },
  enerflo_v1: { body: enerfloV1Body, contentType: "application/json" },
  // Structured mode is told by this media type. Under `application/json` a receiver's CloudEvents library looks for
  // `ce-` headers, finds none and refuses the delivery.
  cloudevents: { body: cloudeventsBody, contentType: "application/cloudevents+json" },
};

/**
 * The exact text of a delivery's body: a pure function of the entry and the format, byte-equal every time.
 * @throws {Error} when the entry has no role.
 */
export const renderBody = (entry: FeedEntry, format: Format): string =>
  JSON.stringify(renderings[format].body(entry));

/** Value of the `content-type` header that a body in this format is sent with. */
export const bodyContentType = (format: Format): string => renderings[format].contentType;
