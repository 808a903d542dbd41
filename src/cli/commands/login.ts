import { createClient } from "../../sdk/index.ts";
import type { Command, Context } from "../command.ts";
import { Failure } from "../lib/exitCodes.ts";
import { readKept, writeKept } from "../lib/keeping.ts";
import { nameOf } from "./whoami.ts";

export const login: Command = {
  name: "login",
  summary: "Keep a key",
  description:
    "Takes the key from --key-file, from what is piped in, or asks for it; never from the command line, where others could read it. The key is tried, then kept in the configuration folder ($XDG_CONFIG_HOME/heliograph), readable by you only.",
  options: [{ flags: "--as <name>", about: "keep it under this name, beside others (default)" }],
  answers: "{environment, url, organization, scopes}",
  examples: [
    "login --url https://heliograph.example.com",
    "login --as local < .heliograph/operator.key",
  ],
  async run(context, given) {
    const { env, connection, terminal } = context;
    const { url } = connection;
    const name = given.text("as") ?? "default";
    const key = await keyFrom(context);
    const session = await createClient({ url, key }).sessions.get();
    const { environments } = await readKept(env);
    await writeKept(env, {
      current: name,
      environments: { ...environments, [name]: { url, key } },
    });
    const { organization, scopes } = session;
    if (context.isJson)
      terminal.out(JSON.stringify({ environment: name, url, organization, scopes }));
    terminal.say(`Signed in to ${url} as ${nameOf(session)}, kept as ${name}`);
  },
};

async function keyFrom({ terminal, env, connection }: Context): Promise<string> {
  if (connection.from === "file" && connection.key !== null) return connection.key;
  const typed = terminal.canAsk
    ? await terminal.ask(`Key for ${connection.url}: `, true)
    : (await terminal.read()).toString("utf8").trim();
  const key = typed === "" ? (env["HELIOGRAPH_API_KEY"]?.trim() ?? "") : typed;
  if (key !== "") return key;
  throw new Failure("usage", "There is no key", "Pipe it in, or name its file: --key-file PATH");
}
