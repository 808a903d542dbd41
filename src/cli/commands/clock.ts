import type { Command } from "../command.ts";
import { Failure } from "../lib/exitCodes.ts";
import { showRecord } from "../lib/show.ts";
import { requireTestClock } from "../lib/movableClock.ts";

export const clock: Command = {
  name: "clock",
  summary: "Show a test server's clock, or move it forward",
  description:
    "With the operator's key. What is due by then is sent at once, and what has ended by then has ended. A clock never goes back.",
  options: [
    { flags: "--forward <time>", about: "move it by this much, such as 4h or 30d" },
    { flags: "--to <instant>", about: "move it to this instant, in RFC 3339" },
  ],
  answers: "{now, real_now}",
  examples: ["clock", "clock --forward 4h", "clock --to 2027-03-01T08:00:00Z"],
  async run(context, given) {
    const byMs = given.duration("forward");
    const to = given.text("to");
    if (byMs !== undefined && to !== undefined) {
      throw new Failure("usage", "--forward and --to say the same; give one of them");
    }
    const { testClocks } = context.client();
    const shown = await requireTestClock(testClocks);
    const now = byMs === undefined ? to : new Date(Date.parse(shown.now) + byMs).toISOString();
    showRecord(context, now === undefined ? shown : await testClocks.move({ now }));
  },
};
