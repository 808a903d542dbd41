import { programVariables } from "../../contract/variables.ts";
import type { Command } from "../command.ts";
import { exitCodes, Failure } from "../lib/exitCodes.ts";
import { nearest } from "../../contract/nearest.ts";
import { showTable } from "../lib/show.ts";

export const topics = ["exit-codes", "environment"];

/** What the program reads of its environment. */
export const variables: Readonly<Record<string, string>> = {
  ...programVariables,
  XDG_CONFIG_HOME: "where keys are kept, in a folder heliograph; ~/.config unless set",
  NO_COLOR: "set to anything: no colours",
};

export const help: Command = {
  name: "help",
  summary: "Explain exit codes and the environment; a command's own help is --help",
  arguments: [{ name: "topic", about: topics.join(", "), isOptional: true, completes: "topics" }],
  answers: "{data: [{code, name, means}]}",
  examples: ["help exit-codes", "endpoints create --help"],
  async run(context, given) {
    const topic = given.optionalWord(0);
    if (topic === undefined) {
      context.terminal.say("heliograph --help lists all commands");
      return context.terminal.out(topics.join("\n"));
    }
    if (topic === "exit-codes") {
      const data = Object.entries(exitCodes).map(([name, each]) => ({
        name,
        code: each.code,
        means: each.means,
      }));
      if (context.isJsonAsked) return context.terminal.out(JSON.stringify({ data }));
      return showTable(context, data, { code: ({ code }) => code, means: ({ means }) => means });
    }
    if (topic === "environment") {
      const data = Object.entries(variables).map(([name, means]) => ({ name, means }));
      if (context.isJsonAsked) return context.terminal.out(JSON.stringify({ data }));
      return showTable(context, data, { name: ({ name }) => name, means: ({ means }) => means });
    }
    const near = nearest(topic, topics);
    throw new Failure(
      "usage",
      `There is no topic ${topic}`,
      near === undefined
        ? `There are: ${topics.join(", ")}; a command's own help: heliograph ${topic} --help`
        : `Did you mean ${near}?`,
    );
  },
};
