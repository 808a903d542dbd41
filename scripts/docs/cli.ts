import type { Argument, Command, Option } from "../../src/cli/command.ts";
import { commands } from "../../src/cli/commands.ts";
import { variables } from "../../src/cli/commands/help.ts";
import { exitCodes } from "../../src/cli/lib/exitCodes.ts";
import { globalOptions } from "../../src/cli/program.ts";
import { code, page, table } from "./markdown.ts";

/** `cli.md`: every command of the program. */
export const cliPage = (): string =>
  page(
    "# The program `heliograph`",
    "What it is for and how to begin is in [docs/cli.md](../cli.md). Data goes to the standard output, words to the standard error. Where the output is read by a program, data is JSON by itself; streams are one JSON value a line.",
    "## Commands",
    table(
      ["Command", "What it does"],
      commands.map(({ name, summary }) => [
        `[\`${name}\`](#${name.replaceAll(" ", "-")})`,
        summary,
      ]),
    ),
    "## Options of every command",
    optionTable(globalOptions),
    "## Exit codes",
    table(
      ["Code", "Means"],
      Object.values(exitCodes).map(({ code: number, means }) => [code(String(number)), means]),
    ),
    'A failure is told on the standard error: in words, or where no person reads as `{"error": {code, message, hint, values, rule, request_id}}`, with the code of the service\'s list ([Errors](errors.md)) or that of the ending.',
    "## Environment",
    table(
      ["Variable", "Means"],
      Object.entries(variables).map(([name, means]) => [code(name), means]),
    ),
    ...commands.flatMap(sectionOf),
  );

function sectionOf(command: Command): string[] {
  const { name, summary, description, answers, examples } = command;
  const own = command.arguments ?? [];
  const usage = [
    "heliograph",
    name,
    ...own.map(placeOf),
    ...(command.options ? ["[options]"] : []),
  ];
  return [
    `## ${name}`,
    `${summary}.${description === undefined ? "" : ` ${description}`}`,
    fenced(usage.join(" ")),
    ...(own.length + (command.options?.length ?? 0) > 0
      ? [optionTable(command.options ?? [], own)]
      : []),
    ...(answers === undefined ? [] : [`With \`--json\`: ${code(answers)}`]),
    fenced(examples.map((example) => `heliograph ${example}`).join("\n")),
  ];
}

const placeOf = ({ name, isOptional = false }: Argument) =>
  isOptional ? `[${name}]` : `<${name}>`;

const fenced = (text: string) => `\`\`\`sh\n${text}\n\`\`\``;

const optionTable = (options: readonly Option[], own: readonly Argument[] = []) =>
  table(
    ["", "What it says"],
    [
      ...own.map((argument) => [code(placeOf(argument)), argument.about]),
      ...options.map(({ flags, about, repeats = false }) => [
        code(flags),
        repeats ? `${about}; may be repeated` : about,
      ]),
    ],
  );
