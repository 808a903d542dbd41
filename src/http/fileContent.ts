import { Readable } from "node:stream";
import type { OperationInput } from "../contract/operations.ts";
import type { Context } from "../flow/context.ts";
import { getFileContent } from "../flow/files.ts";

/** A file's content, always as a download: what others uploaded never runs in our origin. */
export async function sendFile(
  context: Context,
  input: OperationInput<"getFileContent">,
): Promise<Response> {
  const { record, content } = await getFileContent(context, input);
  return new Response(Readable.toWeb(content.stream) as ReadableStream<Uint8Array>, {
    headers: {
      "content-type": record.content_type,
      "content-length": String(content.sizeBytes),
      "content-disposition": `attachment; filename*=UTF-8''${encodeName(record.name)}`,
      "x-content-type-options": "nosniff",
      "content-security-policy": "sandbox",
      "cache-control": "private, no-store",
    },
  });
}

/** As RFC 8187 has it: `encodeURIComponent` leaves four characters that may not stand there. */
const encodeName = (name: string) =>
  encodeURIComponent(name).replaceAll(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
