import { typeidUnboxed } from "typeid-js";
import { clockMovedMs } from "./clock.ts";

/** A new TypeID: `cus_…`. Sorts by time of creation; later ones of this process are greater. */
export function newId(prefix: string): string {
  const id = typeidUnboxed(prefix);
  const movedMs = clockMovedMs();
  return movedMs === 0 ? id : movedId(id, movedMs);
}

const alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
/** So many characters after the prefix are the milliseconds of its creation. */
const timeLength = 10;

/** The same id, made earlier or later. */
function movedId(id: string, byMs: number): string {
  const start = id.lastIndexOf("_") + 1;
  const end = start + timeLength;
  let ms = 0;
  for (const digit of id.slice(start, end)) ms = ms * 32 + alphabet.indexOf(digit);
  let time = "";
  for (let rest = ms + byMs; time.length < timeLength; rest = Math.floor(rest / 32)) {
    time = `${alphabet.charAt(rest % 32)}${time}`;
  }
  return `${id.slice(0, start)}${time}${id.slice(end)}`;
}
