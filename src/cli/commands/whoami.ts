import type { Session } from "../../contract/resources/session.ts";
import type { Command } from "../command.ts";
import { showRecord } from "../lib/show.ts";

export const whoami: Command = {
  name: "whoami",
  summary: "Show who is signed in, where, and what the key may do",
  answers: "{url, environment, organization, actor, scopes}",
  examples: ["whoami", "whoami --json | jq .scopes"],
  async run(context) {
    const session = await context.client().sessions.get();
    const { url, environment } = context.connection;
    const { organization, actor, scopes } = session;
    if (context.isJson) showRecord(context, { url, environment, organization, actor, scopes });
    else {
      const may = scopes.length === 0 ? "what is the operator's" : scopes.join(", ");
      showRecord(context, { who: nameOf(session), url, environment, may });
    }
  },
};

/** Who a session is, in words. */
export const nameOf = ({ organization, actor }: Session): string => {
  if (!organization) return "the operator";
  const roles = organization.roles.join(" and ");
  return `${actor.name ?? actor.kind} of ${organization.name} (${roles})`;
};
