/** How one type of array travels: the `types` entry that the driver takes. */
interface ArrayType {
  readonly to: number;
  readonly from: readonly number[];
  readonly serialize: (items: readonly unknown[]) => string;
  readonly parse: (text: string) => unknown[];
}

/**
 * The arrays that our statements use, by their ids in PostgreSQL's catalogue. The driver would ask the server for them on
 * each new connection, and when that connection breaks off meanwhile nobody can catch its error, which ends the process.
 */
export const arrayTypes: Readonly<Record<string, ArrayType>> = {
  texts: arrayOf(1009, (text) => text),
  bytes: arrayOf(1001, (text) => Buffer.from(text.slice(2), "hex")),
  integers: arrayOf(1007, Number),
  bigints: arrayOf(1016, Number),
  doubles: arrayOf(1022, Number),
  instants: arrayOf(1185, instantOf),
};

function arrayOf(oid: number, parseItem: (text: string) => unknown): ArrayType {
  return {
    to: oid,
    from: [oid],
    serialize: (items) => `{${items.map(toItem).join(",")}}`,
    parse: (text) => itemsOf(text, parseItem),
  };
}

const special = /["\\]/;
const specials = /["\\]/g;

function toItem(item: unknown): string {
  if (item === null || item === undefined) return "NULL";
  if (typeof item === "number") return String(item);
  const text = toText(item);
  return special.test(text) ? `"${text.replaceAll(specials, String.raw`\$&`)}"` : `"${text}"`;
}

function toText(item: unknown): string {
  if (item instanceof Uint8Array) return String.raw`\x${Buffer.from(item).toString("hex")}`;
  return item instanceof Date ? item.toISOString() : String(item);
}

/** `2026-11-29 08:15:30.125+00`, which is how PostgreSQL writes most instants where the time zone is UTC. */
const usualInstant = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}\+00$/;

/** RFC 3339, with milliseconds, of an instant as PostgreSQL writes it. */
export function instantOf(text: string): string {
  if (!usualInstant.test(text)) return new Date(text).toISOString();
  return `${text.slice(0, 10)}T${text.slice(11, 23)}Z`;
}

/** Items that need no quotes. */
const plainItems = /^\{[^"\\{}]*\}$/;

/** Items of an array of one dimension, as PostgreSQL writes it: `{a,"b, c",NULL}`. */
function itemsOf(text: string, parseItem: (text: string) => unknown): unknown[] {
  if (text === "{}") return [];
  if (plainItems.test(text)) {
    const plain = text.slice(1, -1).split(",");
    return plain.map((item) => (item === "NULL" ? null : parseItem(item)));
  }
  const items = text.slice(1, -1).matchAll(/"((?:[^"\\]|\\.)*)"|([^,]+)/gs);
  return Array.from(items, ([, quoted, plain = ""]) => {
    if (quoted !== undefined) return parseItem(quoted.replaceAll(/\\(.)/gs, "$1"));
    return plain === "NULL" ? null : parseItem(plain);
  });
}
