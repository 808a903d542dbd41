import type { z } from "zod";
import type { InvalidValue } from "./errors.ts";
import { isSecretAt } from "./meta.ts";

/** Where a value stands: "body" gives JSON Pointers, the others the parameter's name. */
export type Where = "body" | "query" | "path";

/** The values that do not fit a schema, each in one sentence with the value, unless it is secret. */
export const misfitsOf = (
  schema: z.ZodType,
  error: z.core.$ZodError,
  where: Where,
): InvalidValue[] =>
  error.issues.flatMap((issue) =>
    valuesOf(issue, { where, isSecret: isSecretAt(schema, issue.path) }),
  );

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
  if (issue.input === undefined) return [{ at, message: "Is required" }];
  if (issue.code === "invalid_union") {
    const closest = issue.errors.at(0)?.map(({ message }) => message) ?? [];
    const said = issue.message === unsaid ? closest.join("; ") : issue.message;
    return [{ at, message: `${said || unsaid}${isSecret ? "" : offending(issue.input)}` }];
  }
  return [{ at, message: `${issue.message}${isSecret ? "" : offending(issue.input)}` }];
}

/** What is said of a union that says nothing itself: then its first member does. */
const unsaid = "Invalid input";

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
