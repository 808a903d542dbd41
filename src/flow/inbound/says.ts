/** What a body tells, value by value, so that two can be held against each other. */
export interface Said {
  /** Every value with its place. Nothing, times of change and the event's name are left out. */
  readonly values: ReadonlySet<string>;
  /** Whether there is more than ids and times. */
  readonly isSubstantial: boolean;
  /** Whether it tells when it was changed. */
  readonly isDated: boolean;
}

/** Bodies with more values than this, or deeper, are not compared. */
const valueLimit = 20_000;
const depthLimit = 64;

const changeTime = /^(updated_at|updatedAt)$/;
const eventName = /^(webhook_event|eventName|event)$/;
const idOrTime = /^(id|uuid|timezone|\w*_(id|at|uuid)|\w+(Id|At))$/;

interface Place {
  readonly path: string;
  /** The name that the value stands under; of an item, that of its list. */
  readonly name: string;
  readonly depth: number;
  readonly value: unknown;
}

/**
 * Reads what a body tells.
 * @param content parsed JSON.
 * @returns null when it cannot be compared: too much of it, or numbers that JavaScript does not hold exactly.
 */
export function whatIsSaid(content: unknown): Said | null {
  const values = new Set<string>();
  let isSubstantial = false;
  let isDated = false;
  const open: Place[] = [{ path: "", name: "", depth: 0, value: content }];
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    const { path, name, depth, value } = place;
    if (depth === 1 && eventName.test(name)) continue;
    if (typeof value === "object" && value !== null) {
      if (depth === depthLimit || open.length > valueLimit) return null;
      open.push(...inside(place, value));
    } else if (value !== null && value !== undefined && value !== "") {
      if (typeof value === "number" && !isExact(value)) return null;
      if (changeTime.test(name)) isDated = true;
      else values.add(`${path}=${JSON.stringify(value)}`);
      isSubstantial ||= !idOrTime.test(name);
      if (values.size > valueLimit) return null;
    }
  }
  return { values, isSubstantial, isDated };
}

function inside({ path, name, depth }: Place, value: object): Place[] {
  const isList = Array.isArray(value);
  const entries = Object.entries(value).slice(0, valueLimit + 1);
  return entries.map(([key, item]) => ({
    path: `${path}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`,
    name: isList ? name : key,
    depth: depth + 1,
    value: item as unknown,
  }));
}

const isExact = (value: number) =>
  Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value));
