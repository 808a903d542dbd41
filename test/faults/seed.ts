/**
 * The seed of a run. It decides what is struck and what receivers answer, in which order; when each of it happens is up
 * to the machine, so that a run with the same seed is alike, not the same.
 * @param given as somebody set it; a new one when it is left out.
 */
export function seedFrom(given: string | undefined): number {
  if (given === undefined || given === "") return Math.floor(Math.random() * 1_000_000);
  const seed = Number(given);
  if (Number.isSafeInteger(seed) && seed >= 0) return seed;
  throw new RangeError(`The seed is "${given}" and must be a whole number`);
}
