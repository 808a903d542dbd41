import type { Command, Completes } from "./command.ts";

/** Words that may stand for what is being typed. */
export interface Words {
  readonly commands: readonly Command[];
  readonly globals: readonly string[];
  readonly of: (what: Completes) => Promise<readonly string[]>;
}

/**
 * How the last of some words may go on.
 * @param typed what stands on the line after the program's name; the last is being typed and may be empty.
 */
export async function completionsOf(typed: readonly string[], words: Words): Promise<string[]> {
  const before = typed.slice(0, -1);
  const begun = typed.at(-1) ?? "";
  const matching = (all: readonly string[]) =>
    [...new Set(all)].filter((word) => word.startsWith(begun)).toSorted();
  const known = before.filter((word) => !word.startsWith("-"));
  const command = words.commands.find(({ name }) => {
    const parts = name.split(" ");
    return parts.every((part, index) => known[index] === part);
  });
  if (!command) return matching(words.commands.flatMap(({ name }) => nextPart(name, known)));
  const option = command.options?.find(({ flags }) => flags.split(" ")[0] === before.at(-1));
  if (option?.flags.includes("<") === true) {
    return option.completes ? matching(await words.of(option.completes)) : [];
  }
  if (begun.startsWith("-")) {
    const own = command.options?.map(({ flags }) => flags.split(" ")[0] ?? "") ?? [];
    return matching([...own, ...words.globals]);
  }
  const position = known.length - command.name.split(" ").length;
  const argument = command.arguments?.[position];
  return argument?.completes ? matching(await words.of(argument.completes)) : [];
}

/** The part of a command's name that comes next, if the parts before were typed. */
function nextPart(name: string, known: readonly string[]): string[] {
  const parts = name.split(" ");
  const isBegun = known.every((word, index) => parts[index] === word);
  const next = parts[known.length];
  return isBegun && next !== undefined ? [next] : [];
}
