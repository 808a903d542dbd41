import { readFile } from "node:fs/promises";
import type { Context, Option } from "../command.ts";
import { Failure } from "./exitCodes.ts";
import type { Given } from "./given.ts";

/** Options of commands that take a record: the fields are those of the API, so that they are listed once. */
export const bodyOptions: readonly Option[] = [
  { flags: "--file <path>", about: "JSON to begin with; `-` reads the standard input" },
  {
    flags: "--set <path=value>",
    about: "sets one value; JSON where it reads as JSON, else text",
    repeats: true,
  },
];

/** What `--file` and `--set` say together. @param usual what to begin with when there is no file. */
export async function bodyOf(
  context: Context,
  given: Given,
  usual: Readonly<Record<string, unknown>> = {},
): Promise<Record<string, unknown>> {
  const path = given.text("file");
  const begun = path === undefined ? usual : parsed(await textOf(context, path), path);
  return withValues(begun, given.texts("set"));
}

async function textOf({ terminal }: Context, path: string): Promise<string> {
  if (path === "-") return (await terminal.read()).toString("utf8");
  return readFile(path, "utf8").catch((error: Error) => {
    throw new Failure("usage", `${path} cannot be read: ${error.message}`);
  });
}

function parsed(text: string, path: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      return value as Record<string, unknown>;
    }
  } catch {
    // Told below.
  }
  throw new Failure("usage", `${path} holds no JSON object`);
}

/** A copy with values put at paths: `address.city=Sampleton`, `signers.0.name=Avery`. */
export function withValues(
  body: Readonly<Record<string, unknown>>,
  settings: readonly string[],
): Record<string, unknown> {
  const whole = structuredClone(body) as Record<string, unknown>;
  for (const setting of settings) {
    const cut = setting.indexOf("=");
    if (cut < 1) throw new Failure("usage", `--set takes path=value, not ${setting}`);
    put(whole, setting.slice(0, cut).split("."), valueOf(setting.slice(cut + 1)));
  }
  return whole;
}

function put(whole: Record<string, unknown>, path: readonly string[], value: unknown): void {
  let place = whole;
  for (const [index, name] of path.entries()) {
    if (["__proto__", "prototype", "constructor"].includes(name)) {
      throw new Failure("usage", `--set cannot set ${path.join(".")}`);
    }
    if (index === path.length - 1) place[name] = value;
    else {
      const inner = place[name];
      if (typeof inner !== "object" || inner === null) {
        place[name] = /^\d+$/.test(path[index + 1] ?? "") ? [] : {};
      }
      place = place[name] as Record<string, unknown>;
    }
  }
}

function valueOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
