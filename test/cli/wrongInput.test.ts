import { symlink } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { pageQuery } from "../../src/contract/operation.ts";
import { viewOperations } from "../../src/contract/operations/views.ts";
import { givenProgram, linesOf } from "./program.ts";

/** A program that is signed in at a service that nobody may ask: there is none. */
const givenNoService = () =>
  givenProgram({ HELIOGRAPH_URL: "http://127.0.0.1:1", HELIOGRAPH_API_KEY: "hk_nobody" });

describe("wrong input", () => {
  const states = "delivered, waiting, retrying, dead, skipped, not_subscribed, before_start";
  test.each([
    ["events list --limit 0", "--limit takes a whole number from 1 to 200, not 0"],
    ["customers list --limit 201", "--limit takes a whole number from 1 to 200, not 201"],
    ["events list --before 3 --after 1", "--before and --after are two ways to read"],
    ["deliveries list --state dead,bogus", `--state takes one of ${states}, not bogus`],
    ["deliveries list --from 5 --to 1", "--from 5 comes after --to 1"],
    [
      "endpoints create https://x.example --start soon",
      "--start takes now, beginning or a position",
    ],
    ["whoami --env nope", "heliograph login --as nope"],
    ["deliveries list --to 0", "--to takes a whole number from 1 on, not 0"],
    ["endpoints gaps end_x --from 5 --to 1", "--from 5 comes after --to 1"],
    ["endpoints gaps end_x --hours x", "--hours takes a whole number from 1 to 168, not x"],
    ["replay --endpoint end_x --from 5 --to 1", "--from 5 comes after --to 1"],
  ])("of `%s` is refused before anything is asked", async (line, message) => {
    const program = await givenNoService();

    const { code, out, said } = await program.run(line.split(" "));

    expect([code, out]).toEqual([2, ""]);
    expect(linesOf(said)).toMatchObject([{ error: { code: "usage" } }]);
    expect(said).toContain(message);
  });

  test.each([
    ["", "Which command?"],
    ["evnts", "Unknown command 'evnts'"],
    ["whoami --bogus", "Unknown option '--bogus'"],
    ["whoami more", "Too many arguments"],
    ["deals get", "Missing required argument 'deal'"],
    ["events list --limit", "argument missing"],
    ["env", "env wants one of: list, use"],
    ["server bogus", "There is no command server bogus"],
    ["whoami --env nope", "There is no environment nope"],
    ["env use nope", "There is no environment nope"],
  ])("of `%s` is told as JSON where no person reads, as all failures", async (line, message) => {
    const program = await givenNoService();

    const { code, out, said } = await program.run(line.split(" ").filter((word) => word !== ""));

    expect([code, out]).toEqual([2, ""]);
    const [{ error } = { error: null }, ...more] = linesOf(said);
    expect([error, more]).toMatchObject([{ code: "usage" }, []]);
    expect((error as { message: string }).message).toContain(message);
  });

  test("of no kind that is known is told as JSON, too", async () => {
    const program = await givenProgram();
    await symlink(join(program.config, "none"), join(program.config, "heliograph"));

    const { code, said } = await program.run(["listen", "--print-secret"]);

    expect(code).toBe(1);
    expect(linesOf(said)).toMatchObject([{ error: { code: "failed" } }]);
  });

  test("has the limits of the service", () => {
    const { hours } = viewOperations.getEndpointHistory.query.shape;
    for (const [schema, most] of [
      [pageQuery.shape.limit, 200],
      [hours, 168],
    ] as const) {
      const fits = [0, 1, most, most + 1].map((each) => schema.safeParse(String(each)).success);
      expect(fits).toEqual([false, true, true, false]);
    }
  });
});
