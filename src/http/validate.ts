import type { z } from "zod";
import { ApiError, type InvalidValue } from "../contract/errors.ts";
import { misfitsOf, type Where } from "../contract/misfits.ts";

/**
 * Checks input against the contract.
 * @throws {ApiError} `invalid` with the values that do not fit.
 */
export function validate<S extends z.ZodType>(schema: S, value: unknown, where: Where): z.infer<S> {
  const result = schema.safeParse(value, { reportInput: true });
  if (result.success) return result.data;
  throw misfits(misfitsOf(schema, result.error, where));
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
