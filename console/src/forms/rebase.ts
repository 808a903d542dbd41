import type { FormField } from "./schema.ts";
import { toDraft, type Draft } from "./values.ts";

type Values = Readonly<Record<string, unknown>>;

const isSame = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);

/**
 * What was typed, on the record as a colleague left it meanwhile: where nothing was typed, his value stands, so that saving
 * does not take it back.
 * @returns the draft, and the names of what he changed.
 */
export function rebase(
  fields: readonly FormField[],
  draft: Draft,
  { was, is }: { readonly was: Values; readonly is: Values },
): { readonly draft: Draft; readonly changed: readonly string[] } {
  const [before, now] = [toDraft(fields, was), toDraft(fields, is)];
  const changed = fields.filter(({ name }) => !isSame(before[name], now[name]));
  const theirs = changed.filter(({ name }) => isSame(draft[name], before[name]));
  return {
    draft: { ...draft, ...Object.fromEntries(theirs.map(({ name }) => [name, now[name]])) },
    changed: changed.map(({ label }) => label),
  };
}
