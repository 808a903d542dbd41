import { expect, test } from "vitest";
import { createCrowd, type UnderWay } from "./crowd.ts";

test("an endpoint gets all that it may have while few others are busy", () => {
  const join = createCrowd(100);
  expect(fill(join(), 40)).toBe(40);
  expect(fill(join(), 50)).toBe(50);
});

test("many that are busy get a share each, and one delivery whatever the others do", () => {
  const join = createCrowd(100);
  const early = Array.from({ length: 10 }, () => join());
  for (const each of early) fill(each, 10);
  const late = Array.from({ length: 15 }, () => join());
  expect(late.map((each) => fill(each, 10))).toEqual(late.map(() => 1));

  // As what the early ones have beyond their share comes to its end, the late ones come to theirs.
  for (const each of [...early, ...early, ...late]) turnOver(each, 10);
  expect([...early, ...late].map(({ count }) => count)).toEqual(Array(25).fill(4));
});

test("what is over is there for others", () => {
  const join = createCrowd(10);
  const [one, other] = [join(), join()];
  fill(one, 10);
  expect(fill(other, 10)).toBe(1);
  while (one.count > 0) one.ended();
  expect(fill(other, 20)).toBe(10);
});

/** Starts what may be started. @returns how much is under way then. */
function fill(endpoint: UnderWay, limit: number): number {
  while (endpoint.hasRoom(limit)) endpoint.started();
  return endpoint.count;
}

/** All that is under way ends, one by one, and after each what may be started is. */
function turnOver(endpoint: UnderWay, limit: number): void {
  for (let left = endpoint.count; left > 0; left -= 1) {
    endpoint.ended();
    fill(endpoint, limit);
  }
}
