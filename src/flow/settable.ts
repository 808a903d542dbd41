import type { z } from "zod";
import { ApiError, type InvalidValue } from "../contract/errors.ts";
import type { Party } from "../contract/meta.ts";
import { isHidden } from "../contract/projection.ts";

/** Who may not see a field may not set it: he would write over what he cannot know, and learn it by trying. */
export function requireSettable(
  { shape }: z.ZodObject,
  values: Record<string, unknown>,
  roles: readonly Party[],
): void {
  const errors: InvalidValue[] = Object.keys(values).flatMap((name) => {
    const field = shape[name];
    return field && isHidden(field, roles)
      ? [{ at: `/${name}`, message: "Is not yours to set" }]
      : [];
  });
  if (errors.length === 0) return;
  throw new ApiError("invalid", `${errors.map(({ at }) => at).join(", ")} is not yours to set`, {
    errors,
  });
}
