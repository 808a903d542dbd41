import type { Command } from "../../command.ts";
import { Failure } from "../../lib/exitCodes.ts";
import { confirm, showRecord } from "../../lib/show.ts";

export const endpointsRotateSecret: Command = {
  name: "endpoints rotate-secret",
  summary: "Give an endpoint a new secret",
  description: "Shown this once. Until the overlap is over, deliveries are signed with both.",
  arguments: [{ name: "endpoint", about: "its id" }],
  options: [{ flags: "--overlap-hours <hours>", about: "how long the old one signs too (24)" }],
  answers: "{id, signing, public_key, secret}",
  examples: ["endpoints rotate-secret end_… --overlap-hours 1"],
  async run(context, given) {
    const hours = given.text("overlapHours");
    if (hours !== undefined && !/^\d+(\.\d+)?$/.test(hours)) {
      throw new Failure("usage", `--overlap-hours takes a number, not ${hours}`);
    }
    if (hours !== undefined && Number(hours) === 0) {
      await confirm(context, "The old secret ends at once. Go on?");
    }
    const rotated = await context.client().endpointSecrets.rotate({
      id: given.word(0),
      ...(hours !== undefined && { overlap_hours: Number(hours) }),
    });
    showRecord(context, rotated);
  },
};
