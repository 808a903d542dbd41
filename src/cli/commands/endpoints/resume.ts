import type { Command } from "../../command.ts";
import { Failure } from "../../lib/exitCodes.ts";
import { confirm, showRecord } from "../../lib/show.ts";

export const endpointsResume: Command = {
  name: "endpoints resume",
  summary: "Let an endpoint go on",
  description:
    "Also ends a back-off at once. With --from it first counts what would be sent and what would be skipped, and asks.",
  arguments: [{ name: "endpoint", about: "its id" }],
  options: [
    {
      flags: "--from <where>",
      about: "after a position, since an instant, or `latest`: each customer's newest",
    },
    { flags: "--dry-run", about: "count, change nothing" },
  ],
  answers: "the endpoint, with counts after --dry-run",
  examples: ["endpoints resume end_…", "endpoints resume end_… --from latest --dry-run"],
  async run(context, given) {
    const { endpoints } = context.client();
    const id = given.word(0);
    const text = given.text("from");
    if (text === undefined && !given.isOn("dryRun")) {
      showRecord(context, await endpoints.resume({ id }), ["id", "url", "state", "state_since"]);
      return;
    }
    const asked = { id, ...(text !== undefined && { from: placeOf(text) }) };
    const plan = await endpoints.resume({ ...asked, dry_run: true });
    const { waiting, would_send, would_skip } = plan;
    context.terminal.say(`${waiting} wait, ${would_send} would be sent, ${would_skip} skipped`);
    if (given.isOn("dryRun")) {
      showRecord(context, plan, ["id", "state", "waiting", "would_send", "would_skip"]);
      return;
    }
    if (would_skip) await confirm(context, `Skip ${would_skip} events for good?`);
    showRecord(context, await endpoints.resume(asked), ["id", "url", "state", "state_since"]);
  },
};

function placeOf(text: string): number | string {
  if (/^\d+$/.test(text)) return Number(text);
  if (text === "latest" || !Number.isNaN(Date.parse(text))) return text;
  throw new Failure("usage", `--from takes a position, an instant or latest, not ${text}`);
}
