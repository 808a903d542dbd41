/** Random numbers that come again with their seed. */
export interface Random {
  /** 0 ≤ number < 1. */
  next(): number;
  /** Whether something of this chance happens. */
  chance(share: number): boolean;
  /** A whole number from `least` to `most`, both included. */
  between(least: number, most: number): number;
  /** One of them, each as likely as the others. */
  pick<const L extends readonly [unknown, ...unknown[]]>(from: L): L[number];
  /** One of the names, as likely as its share of the sum. */
  weighted<K extends string>(shares: Readonly<Record<K, number>>): K;
}

/** @param parts what the numbers follow from: the seed, and whose decisions they are. */
export function createRandom(...parts: readonly (string | number)[]): Random {
  const next = mulberry32(hashOf(parts.join("/")));
  const between = (least: number, most: number) => least + Math.floor(next() * (most - least + 1));
  return {
    next,
    between,
    chance: (share) => next() < share,
    pick: (from) => from[between(0, from.length - 1)] ?? from[0],
    weighted<K extends string>(shares: Readonly<Record<K, number>>) {
      const entries = Object.entries(shares) as [K, number][];
      let left = next() * entries.reduce((sum, [, share]) => sum + share, 0);
      const found = entries.find(([, share]) => (left -= share) < 0) ?? entries.at(-1);
      if (!found) throw new RangeError("There is nothing to choose from");
      return found[0];
    },
  };
}

/** FNV-1a. */
function hashOf(text: string): number {
  let hash = 0x81_1c_9d_c5;
  for (const letter of text) hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01_00_01_93);
  return hash;
}

function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = Math.trunc(state + 0x6d2b79f5);
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = Math.trunc(mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
