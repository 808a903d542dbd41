import { ApiError } from "../contract/errors.ts";
import type { Context } from "../flow/context.ts";

/** One entity-tag of a list, and what stands between it and the next. */
const tag = /\s*(?:W\/)?"([\x21\x23-\x7e\u0080-\u00ff]*)"\s*(?:,|$)|\s*,/y;

/**
 * What If-Match asks for: `"3"`, a list of such, or `*` for any version. Weak ones count too, since proxies weaken tags on
 * the way. A tag that we never gave names no version.
 * @throws {ApiError} `version_mismatch` when nothing in it is an ETag of ours.
 */
export function ifMatchOf(request: Request): Context["ifMatch"] {
  const given = request.headers.get("if-match")?.trim();
  if (!given) return null;
  if (given === "*") return "any";
  const versions = tagsOf(given)
    .filter((named) => /^\d{1,9}$/.test(named))
    .map(Number);
  if (versions.length > 0) return versions;
  throw new ApiError(
    "version_mismatch",
    `If-Match ${given} is no ETag of ours; send it as it was given`,
  );
}

/** The tags of a list, none when it is not one. */
function tagsOf(list: string): string[] {
  const tags: string[] = [];
  for (tag.lastIndex = 0; tag.lastIndex < list.length;) {
    const found = tag.exec(list);
    if (!found) return [];
    if (found[1] !== undefined) tags.push(found[1]);
  }
  return tags;
}
