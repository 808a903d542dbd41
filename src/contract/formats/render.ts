import type { Format } from "../resources/delivery.ts";
import { cloudeventsBody } from "./cloudevents.ts";
import { enerfloV1Body } from "./enerfloV1.ts";
import { isFact, type FactEntry, type FeedEntry } from "./entry.ts";
import { heliographText } from "./heliograph.ts";
import { bytesAsTheyCame, inboundCloudevent, inboundContentType } from "./inbound.ts";

interface Rendering {
  readonly text: (entry: FactEntry) => string;
  readonly contentType: string;
}

const renderings: Readonly<Record<Format, Rendering>> = {
  heliograph: { text: heliographText, contentType: "application/json" },
  enerflo_v1: { text: asText(enerfloV1Body), contentType: "application/json" },
  // Structured mode is told by this media type. Under `application/json` a receiver's CloudEvents library looks for
  // `ce-` headers, finds none and refuses the delivery.
  cloudevents: { text: asText(cloudeventsBody), contentType: "application/cloudevents+json" },
};

function asText(body: (entry: FactEntry) => Record<string, unknown>): Rendering["text"] {
  return (entry) => JSON.stringify(body(entry));
}

/**
 * The exact text of a delivery's body: a pure function of the entry and the format, byte-equal every time.
 * @throws {Error} when the entry has no role, or is sent as the bytes that came in, which need not be text.
 */
export function renderBody(entry: FeedEntry, format: Format): string {
  if (isFact(entry)) return renderings[format].text(entry);
  if (format === "cloudevents") return inboundCloudevent(entry);
  if (format === "heliograph") return heliographText(entry);
  throw new Error(`Event ${entry.event_id} is sent as it came, which need not be text`);
}

/**
 * What a delivery's body is made of, as text or bytes. What came in goes on in `enerflo_v1` as it came.
 * @throws {Error} when the entry has no role.
 */
export const renderContent = (entry: FeedEntry, format: Format): Uint8Array | string =>
  bytesAsTheyCame(entry, format) ?? renderBody(entry, format);

/** Value of the `content-type` header that a body of the flow is sent with in this format. */
export const bodyContentType = (format: Format): string => renderings[format].contentType;

/** Value of the `content-type` header that an entry is sent with. */
export const contentTypeOf = (entry: FeedEntry, format: Format): string =>
  !isFact(entry) && format === "enerflo_v1" ? inboundContentType(entry) : bodyContentType(format);
