import { ApiError } from "../contract/errors.ts";
import type { Context } from "./context.ts";

/** @throws {ApiError} `version_mismatch` when If-Match names other versions. */
export function requireVersion({ ifMatch }: Context, { version }: { version: number }): void {
  if (ifMatch === null || ifMatch === "any" || ifMatch.includes(version)) return;
  throw new ApiError(
    "version_mismatch",
    `The record is at version ${version}, If-Match names ${ifMatch.join(", ")}; read it again`,
  );
}

/** @throws {ApiError} `version_mismatch` when If-Match asks for a record, and there is none. */
export function requireNoVersion({ ifMatch }: Context): void {
  if (ifMatch === null) return;
  const named = ifMatch === "any" ? "any version" : ifMatch.join(", ");
  throw new ApiError("version_mismatch", `There is no such record, If-Match names ${named}`);
}
