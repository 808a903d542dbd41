import { expect, test } from "vitest";
import { faultNames, faults, planFaults, type Fault } from "./faults.ts";
import { createWay, type Parcel } from "./way.ts";

const others = faultNames.filter((fault) => fault !== "flap");

test.for(others)(
  "%s strikes its first delivery, and every so many; never a second attempt",
  (fault) => {
    const plan = planFaults([fault]);
    const { first, every } = faults[fault];
    const struck: number[] = [];
    for (let nth = 1; nth <= first + every; nth += 1) {
      if (plan.strike(1).has(fault)) struck.push(nth);
      expect(plan.strike(2)).toEqual(new Set());
    }
    expect(struck).toEqual([first, first + every]);
  },
);

test("a receiver that flaps refuses all until it is up again", () => {
  let nowMs = 0;
  const plan = planFaults(["flap"], () => nowMs);
  const isDown = (attempt: number) => plan.strike(attempt).has("flap");
  const before = Array.from({ length: faults.flap.first }, () => isDown(1));
  expect(before.indexOf(true)).toBe(faults.flap.first - 1);
  expect([isDown(1), isDown(2)]).toEqual([true, true]);
  nowMs = 60_000;
  expect([isDown(1), isDown(2)]).toEqual([false, false]);
  expect(plan.struck).toEqual({ flap: 3 });
});

/** A way, what came out of it, and how to put deliveries in. */
function givenWay() {
  const handed: number[] = [];
  const way = createWay(async ({ body }) => {
    handed.push(Number(body));
    return { status: 200, outcome: "handled" };
  });
  const pass = async (sequence: number, customer: string, ...faultsOn: Fault[]) => {
    const delivery = { headers: {}, body: String(sequence) };
    const parcel: Parcel = { delivery, seen: { id: `evt_${sequence}`, sequence, customer } };
    return (await way.pass(parcel, new Set(faultsOn))).status;
  };
  return { way, handed, pass };
}

test("the way repeats, and swaps two of one customer, which is seen behind it", async () => {
  const { way, handed, pass } = givenWay();
  expect(await pass(1, "cus_a", "duplicates")).toBe(200);
  expect(await pass(2, "cus_a", "reorder")).toBe(202);
  expect(await pass(3, "cus_b")).toBe(200);
  expect(await pass(4, "cus_a")).toBe(200);
  expect(await pass(5, "cus_b", "reorder")).toBe(202);
  await way.flush();

  expect(handed).toEqual([1, 1, 3, 4, 2, 5]);
  expect(way.swapped).toBe(1);
  const feed = [1, 2, 3, 4, 5].map((nth) => ({ id: `evt_${nth}`, sequence: nth, customer: "" }));
  expect(way.book.compare(feed)).toMatchObject({ missing: 0, doubled: 1, out_of_order: 1 });
});
