import { nowMs } from "../base/clock.ts";
import { ApiError, invalid } from "../contract/errors.ts";
import type { OperationInput } from "../contract/operations.ts";
import { StoredFile } from "../contract/resources/survey.ts";
import { newId } from "../base/id.ts";
import { findRecord } from "../store/records.ts";
import { command } from "./command.ts";
import type { Context } from "./context.ts";
import { linkSeconds } from "./fileLinks.ts";
import { notFound } from "./work.ts";

/** Largest file, in bytes. */
const sizeLimitBytes = 25 * 1024 * 1024;
/** Longest name and content type, in UTF-16 code units. */
const lengthLimit = 255;

/**
 * Adds a file to a deal. The content is on disk, synced, before the record is committed; a refused command leaves none.
 */
export const createFile = command(
  "create_file",
  async (work, { params, body }: OperationInput<"createFile">) => {
    if (body.file.size > sizeLimitBytes) {
      throw new ApiError("too_large", `The file is larger than ${sizeLimitBytes} bytes`);
    }
    const deal = await work.openDeal(params.id);
    const contentType = contentTypeOf(body.file);
    const id = newId("fil");
    const { files, links } = work.context;
    const { sizeBytes, sha256 } = await files.put(id, await body.file.bytes());
    try {
      const stored = await work.insert(StoredFile, {
        id,
        customer_id: deal.customer.id,
        survey_id: deal.survey.id,
        category: body.category,
        name: fileNameOf(body.file),
        content_type: contentType,
        size_bytes: sizeBytes,
        sha256,
      });
      work.tell("new_survey_file", deal, {
        file: links.withLink(stored, work.now, linkSeconds.event),
      });
      return links.withLink(stored, work.now, linkSeconds.answer);
    } catch (error) {
      await files.remove(id);
      throw error;
    }
  },
);

/**
 * The content of a file, for whoever holds a link that has not ended.
 * @throws {ApiError} `bad_signature` when the link is not ours or has ended, `not_found` when the file is gone.
 */
export async function getFileContent(
  { sql, files, links }: Context,
  { params, query }: OperationInput<"getFileContent">,
) {
  if (!links.holds(params.id, query, nowMs())) {
    throw new ApiError(
      "bad_signature",
      "The link has ended or was altered; read the file again for a fresh one",
    );
  }
  const record = await findRecord(sql, StoredFile, params.id);
  const content = record && (await files.read(params.id));
  if (!content) throw notFound("file", params.id);
  return { record, content };
}

/** @throws {ApiError} `invalid` when it is longer than a media type may be. */
function contentTypeOf({ type }: { type: string }): string {
  if (type.length <= lengthLimit) return type || "application/octet-stream";
  throw invalid("/file", `The content type must have up to ${lengthLimit} characters`);
}

/** A name without path, NUL and control characters, cut between characters. */
function fileNameOf({ name }: { name: string }): string {
  const last = name.split(/[/\\]/).at(-1) ?? "";
  const plain = Array.from(last.toWellFormed())
    .filter((character) => character.codePointAt(0) !== 127 && (character.codePointAt(0) ?? 0) > 31)
    .join("")
    .trim();
  return plain.slice(0, lengthLimit).replace(/[\ud800-\udbff]$/, "") || "file";
}
