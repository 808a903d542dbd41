import type { z } from "zod";
import { ApiError, type InvalidValue } from "../contract/errors.ts";
import { isSecretAt } from "../contract/meta.ts";

type Where = "body" | "query" | "path";

/**
 * Checks input against the contract.
 * @param where "body" gives JSON Pointers, the others the parameter's name.
 * @throws {ApiError} `invalid` with the values that do not fit.
 */
export function validate<S extends z.ZodType>(schema: S, value: unknown, where: Where): z.infer<S> {
  const result = schema.safeParse(value, { reportInput: true });
  if (result.success) return result.data;
  throw misfits(
    result.error.issues.flatMap((issue) =>
      valuesOf(issue, { where, isSecret: isSecretAt(schema, issue.path) }),
    ),
  );
}

/** Most values that one answer tells: a body of 1 MiB may hold half a million that do not fit. */
export const misfitsTold = 100;
/** Longest place that is told, in characters: the name of a field may be a megabyte. */
const placeLimit = 200;

/** A refusal that names in one sentence what `errors` tells in full, up to `misfitsTold`. */
export function misfits(errors: readonly InvalidValue[]): ApiError {
  const told = errors.slice(0, misfitsTold).map(({ at, message }) => ({
    at: at.length > placeLimit ? `${at.slice(0, placeLimit)}…` : at,
    message,
  }));
  const named = told.slice(0, 5).map(({ at }) => at || "the body");
  const rest = errors.length > named.length ? ` and ${errors.length - named.length} more` : "";
  const verb = errors.length === 1 ? "does not fit" : "do not fit";
  return new ApiError("invalid", `${named.join(", ")}${rest} ${verb}`, { errors: told });
}

function valuesOf(
  issue: z.core.$ZodIssue,
  { where, isSecret }: { where: Where; isSecret: boolean },
): InvalidValue[] {
  const at = placeOf(issue.path, where);
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      at: placeOf([...issue.path, key], where),
      message: "Unknown field",
    }));
  }
  if (issue.code === "invalid_union") {
    const closest = issue.errors.at(0)?.map(({ message }) => message) ?? [];
    return [{ at, message: closest.join("; ") || issue.message }];
  }
  if (issue.input === undefined) return [{ at, message: "Is required" }];
  return [{ at, message: `${issue.message}${isSecret ? "" : offending(issue.input)}` }];
}

/** The value that does not fit, if it is short enough to be told. */
function offending(value: unknown): string {
  const isScalar = ["string", "number", "boolean"].includes(typeof value);
  const shown = isScalar ? JSON.stringify(value) : "";
  return shown !== "" && shown.length <= 80 ? `; is ${shown}` : "";
}

function placeOf(path: readonly PropertyKey[], where: Where): string {
  if (where !== "body") return path.map(String).join(".");
  return path.map((part) => `/${escapePointer(String(part))}`).join("");
}

/** A name as a part of a JSON Pointer, RFC 6901. */
export const escapePointer = (name: string): string =>
  name.replaceAll("~", "~0").replaceAll("/", "~1");
