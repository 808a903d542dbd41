/** What the name of a vendor's event says: to what kind of thing something happened, and what. */
export interface NamedEvent {
  /** In snake_case. */
  readonly kind: string;
  readonly happened: "made" | "changed" | "other";
}

/** Beginnings and ends of names in Enerflo 1.0, and what they say. */
const beginnings: readonly (readonly [RegExp, NamedEvent["happened"]])[] = [
  [/^new_/, "made"],
  [/^updated?_/, "changed"],
  [/^(confirm|complete|delete|restore|signed|submit)_/, "other"],
];
const ends: readonly (readonly [RegExp, NamedEvent["happened"]])[] = [
  [/_created$/, "made"],
  [/_updated$/, "changed"],
  [/_(complete|completed|processed)$/, "other"],
];

/** Reads a name of Enerflo 1.0, such as `new_install`, or of 2.0, such as `design-request.created`. */
export function readName(name: string): NamedEvent {
  const [thing = "", ...rest] = name.split(".");
  if (rest.length > 0 && thing !== "")
    return { kind: thing.replaceAll("-", "_"), happened: happenedOf(rest[0]) };
  for (const [part, happened] of [...beginnings, ...ends]) {
    const kind = name.replace(part, "");
    if (kind !== name && kind !== "") return { kind, happened };
  }
  return { kind: name, happened: "other" };
}

function happenedOf(word: string | undefined): NamedEvent["happened"] {
  if (word === "created") return "made";
  return word === "updated" ? "changed" : "other";
}
