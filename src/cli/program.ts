import { Command as Parser, type CommanderError, Option as ParserOption } from "commander";
import { nearest } from "../contract/nearest.ts";
import type { Argument, Command, Completes, Context, Option } from "./command.ts";
import { commands } from "./commands.ts";
import { shells } from "./commands/completion.ts";
import { walkNames } from "./commands/flow/run.ts";
import { topics } from "./commands/help.ts";
import { completionsOf } from "./complete.ts";
import { Failure } from "./lib/exitCodes.ts";
import { Given } from "./lib/given.ts";
import { catalogue } from "./lib/names.ts";

/** Options of every command. */
export const globalOptions: readonly Option[] = [
  { flags: "--json", about: "data as JSON; by itself when the output goes to a program" },
  {
    flags: "--url <url>",
    about: "the service; else HELIOGRAPH_URL, the environment, http://localhost:4400",
  },
  { flags: "--env <name>", about: "a kept environment in place of the current one" },
  { flags: "--key-file <path>", about: "the key; else HELIOGRAPH_API_KEY, the environment" },
  { flags: "--yes", about: "go on without asking" },
  { flags: "--no-color", about: "no colours; also NO_COLOR" },
];

/** What the first word of several commands stands for. */
export const groups: Readonly<Record<string, string>> = {
  env: "Services and keys that are kept",
  flow: "Sample customers that walk through the flow",
  events: "Events of the organization's feed",
  deliveries: "Where events stand at each endpoint",
  attempts: "Requests that were sent to an endpoint",
  endpoints: "Receivers of events",
  deals: "Deals",
  customers: "Customers",
  installs: "Installs",
  catalogue: "The 32 events, without a connection",
  server: "The service itself",
};

/** What of a command line is known before the command runs. */
export interface Globals {
  readonly json: boolean;
  readonly url: string | undefined;
  readonly env: string | undefined;
  readonly keyFile: string | undefined;
  readonly yes: boolean;
  readonly color: boolean;
}

interface Means {
  readonly version: string;
  readonly out: (text: string) => void;
  readonly say: (text: string) => void;
  readonly contextOf: (globals: Globals) => Promise<Context>;
}

/** The program as its parser. Each command's words, options and help are made from its data. */
export function createProgram(means: Means): Parser {
  const program = new Parser("heliograph")
    .description("Heliograph on the terminal: events, deliveries, endpoints, deals.")
    .version(means.version, "--version", "show the version")
    .helpCommand(false)
    .exitOverride()
    // What it refuses is told by whoever catches it.
    .configureOutput({ writeOut: means.out, writeErr: means.say, outputError: () => undefined })
    .showSuggestionAfterError()
    .addHelpText(
      "after",
      "\nExit codes: heliograph help exit-codes. All commands: docs/reference/cli.md",
    );
  for (const option of globalOptions) program.addOption(parserOption(option));
  for (const command of commands) add(program, command, means);
  program
    .command("complete", { hidden: true })
    .argument("[words...]")
    .action(async (typed: readonly string[]) => {
      const globals = globalOptions.map(({ flags }) => flags.split(" ")[0] ?? "");
      const found = await completionsOf(typed, {
        commands,
        globals: [...globals, "--help"],
        of: wordsFor,
      });
      if (found.length > 0) means.out(`${found.join("\n")}\n`);
    });
  return program;
}

async function wordsFor(what: Completes): Promise<readonly string[]> {
  if (what === "events") return (await catalogue()).eventTypes;
  return { shells, walks: walkNames, topics }[what];
}

function add(program: Parser, command: Command, means: Means): void {
  const words = command.name.split(" ");
  const [first = "", second] = words;
  const parser =
    second === undefined ? program.command(first) : groupOf(program, first).command(second);
  parser
    .summary(command.summary)
    .description([`${command.summary}.`, command.description].filter(Boolean).join("\n\n"))
    .addHelpText("after", () => afterwords(command))
    .allowExcessArguments(false);
  for (const argument of command.arguments ?? []) {
    parser.argument(placeOf(argument), argument.about);
  }
  for (const option of command.options ?? []) parser.addOption(parserOption(option));
  parser.action(async (...given: unknown[]) => {
    const count = command.arguments?.length ?? 0;
    const typed = given.slice(0, count) as (string | undefined)[];
    const globals = parser.optsWithGlobals<Globals>();
    await command.run(await means.contextOf(globals), new Given(typed, parser.opts()));
  });
}

/** The command that only holds others, made when its first one comes. */
function groupOf(program: Parser, name: string): Parser {
  const known = program.commands.find((each) => each.name() === name);
  if (known) return known;
  const group = program.command(name).description(groups[name] ?? name);
  group.helpCommand(false).action(() => {
    const [typed] = group.args;
    const names = group.commands.map((each) => each.name());
    if (typed === undefined)
      throw new Failure("usage", `${name} wants one of: ${names.join(", ")}`);
    const near = nearest(typed, names);
    const hint =
      near === undefined ? `There are: ${names.join(", ")}` : `Did you mean ${name} ${near}?`;
    throw new Failure("usage", `There is no command ${name} ${typed}`, hint);
  });
  group.allowExcessArguments().allowUnknownOption();
  return group;
}

const placeOf = ({ name, isOptional = false }: Argument) =>
  isOptional ? `[${name}]` : `<${name}>`;

function parserOption({ flags, about, repeats = false }: Option): ParserOption {
  const option = new ParserOption(flags, repeats ? `${about}; may be repeated` : about);
  return repeats
    ? option.argParser((value: string, before: string[] | undefined) => [...(before ?? []), value])
    : option;
}

function afterwords({ examples, answers }: Command): string {
  const parts = [
    answers === undefined ? "" : `\nWith --json: ${answers}`,
    `\nExamples:\n${examples.map((line) => `  $ heliograph ${line}`).join("\n")}`,
  ];
  return parts.filter((part) => part !== "").join("\n");
}

/** What the parser refused, as any failure is told; null when it has shown what was asked for. */
export function refusalOf({ exitCode, code, message }: CommanderError): Failure | null {
  if (exitCode === 0) return null;
  if (code === "commander.help") {
    return new Failure("usage", "Which command?", "heliograph --help lists all");
  }
  // "error: unknown option '--utnil'", and on a line of its own "(Did you mean --until?)".
  const [said = "", hint] = message.replace(/^error: /, "").split("\n");
  return new Failure(
    "usage",
    `${said.charAt(0).toUpperCase()}${said.slice(1)}`,
    hint?.slice(1, -1),
  );
}
