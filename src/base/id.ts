import { typeidUnboxed } from "typeid-js";

/** A new TypeID: `cus_…`. Sorts by time of creation; later ones of this process are greater. */
export const newId = (prefix: string): string => typeidUnboxed(prefix);
