import { randomFillSync } from "node:crypto";
import { clockMovedMs, nowMs } from "./clock.ts";

/**
 * A new TypeID (specification 0.3): `cus_…`, a prefix and a UUID of version 7 in base 32. Sorts by time of creation; later ones
 * of this process are greater, also when the clock of the machine is set back.
 *
 * Of the UUID's 128 bits (RFC 9562) 48 are milliseconds, 32 count up within a millisecond from a random number below
 * half of what they hold (section 6.2, method 1), 42 are random, and 6 say version and variant.
 */
export function newId(prefix: string): string {
  const ms = nowMs() - clockMovedMs(); // the real one: ids count up by it, whereto the clock of a test server is moved
  if (ms > lastMs) {
    lastMs = ms;
    count = randomBits() >>> 1;
  } else {
    count = (count + 1) % 2 ** 32;
    if (count === 0) lastMs += 1;
  }
  const random = randomBits();
  const version = 0x7000 + Math.floor(count / 2 ** 20); // and the first 12 bits of the count
  const variant = 2 ** 23 + (count % 2 ** 20) * 4 + (random >>> 30); // the other 20 bits, and the first two random ones
  const high = version * 2 ** 24 + variant;
  const low = (random % 2 ** 8) * 2 ** 32 + randomBits();
  return `${prefix}_${timeOf(lastMs + clockMovedMs())}${digitsOf(high)}${digitsOf(low)}`;
}

let lastMs = 0;
let count = 0;

const alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
const pairs = Array.from(alphabet, (one) => Array.from(alphabet, (other) => one + other)).flat();

/** Eight digits of 40 bits. */
function digitsOf(bits: number): string {
  const high = Math.floor(bits / 2 ** 20);
  const low = bits % 2 ** 20;
  return `${pairs[high >>> 10]}${pairs[high & 1_023]}${pairs[low >>> 10]}${pairs[low & 1_023]}`;
}

/** Ten digits of the milliseconds, as they were asked for last. */
let written = { ms: Number.NaN, digits: "" };

function timeOf(ms: number): string {
  if (ms === written.ms) return written.digits;
  const digits = `${pairs[Math.floor(ms / 2 ** 40)]}${digitsOf(ms % 2 ** 40)}`;
  written = { ms, digits };
  return digits;
}

/** Asking for each number by itself would cost more than all the rest. */
const pool = new Uint32Array(1_024);
let used = pool.length;

/** 32 random bits of cryptographic strength. */
function randomBits(): number {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const bits = pool[used] ?? 0;
  used += 1;
  return bits;
}
