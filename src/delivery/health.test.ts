import { describe, expect, test } from "vitest";
import { createHealth } from "./health.ts";

describe("an endpoint's health", () => {
  test("is lost when five customers in a row fail, none delivered between", () => {
    const health = createHealth(0);
    expect(["a", "b", "c", "d"].map((customer) => health.failed(customer))).not.toContain(true);
    expect(health.failed("a")).toBe(false);
    expect(health.failed("e")).toBe(true);
    health.delivered();
    expect(health.failed("f")).toBe(false);
  });

  test("ramps up from one after a recovery", () => {
    const health = createHealth(3);
    expect(health.isDown).toBe(true);
    health.rise();
    const allowed = Array.from({ length: 5 }, () => {
      const now = health.allowed(10);
      health.delivered();
      return now;
    });
    expect(allowed).toEqual([1, 2, 4, 8, 10]);
  });

  test("counts the steps of a fall", () => {
    const health = createHealth(0);
    expect(health.allowed(10)).toBe(10);
    expect([health.fall(), health.fall()]).toEqual([1, 2]);
    health.rise();
    expect(health.step).toBe(0);
  });
});
