import { Failure } from "./exitCodes.ts";

const unitMs: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** What was typed after a command. Methods throw a {@link Failure} that names what does not fit. */
export class Given {
  readonly #words: readonly (string | undefined)[];
  readonly #options: Readonly<Record<string, unknown>>;

  constructor(words: readonly (string | undefined)[], options: Readonly<Record<string, unknown>>) {
    this.#words = words;
    this.#options = options;
  }

  /** An argument that the parser has seen to. */
  word(index: number): string {
    return this.#words[index] ?? "";
  }

  optionalWord(index: number): string | undefined {
    return this.#words[index];
  }

  text(name: string): string | undefined {
    const value = this.#options[name];
    return typeof value === "string" ? value : undefined;
  }

  isOn(name: string): boolean {
    return this.#options[name] === true;
  }

  /** Of an option that may be given several times. */
  texts(name: string): readonly string[] {
    const value = this.#options[name];
    return Array.isArray(value) ? (value as string[]) : [];
  }

  /** Parts of one value, separated by commas. */
  list(name: string): readonly string[] | undefined {
    return this.text(name)
      ?.split(",")
      .map((part) => part.trim())
      .filter((part) => part !== "");
  }

  /** @param options what it may be at least and at most. */
  number(
    name: string,
    { from = 0, to }: { readonly from?: number; readonly to?: number } = {},
  ): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const number = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    if (number >= from && number <= (to ?? number)) return number;
    const range =
      to === undefined ? (from === 0 ? "" : ` from ${from} on`) : ` from ${from} to ${to}`;
    throw new Failure("usage", `--${dashed(name)} takes a whole number${range}, not ${text}`);
  }

  /** The ends of a range of the feed. @param first the least that either may be. */
  range(first: number): { readonly from: number | undefined; readonly to: number | undefined } {
    const from = this.number("from", { from: first });
    const to = this.number("to", { from: first });
    if (from === undefined || to === undefined || from <= to) return { from, to };
    throw new Failure("usage", `--from ${from} comes after --to ${to}`);
  }

  /** A stretch of time, in milliseconds. */
  duration(name: string): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const [, digits, unit = ""] = /^(\d{1,9})(ms|s|m|h|d)$/.exec(text) ?? [];
    if (digits !== undefined) return Number(digits) * (unitMs[unit] ?? 1);
    throw new Failure(
      "usage",
      `--${dashed(name)} takes a time such as 30s, 10m, 2h or 1d, not ${text}`,
    );
  }

  /** Some of a few words, separated by commas. */
  choices<T extends string>(name: string, choices: readonly T[]): readonly T[] | undefined {
    return this.list(name)?.map((part) => this.#chosen(name, part, choices));
  }

  /** One of a few words. */
  choice<T extends string>(name: string, choices: readonly T[]): T | undefined {
    const text = this.text(name);
    return text === undefined ? undefined : this.#chosen(name, text, choices);
  }

  #chosen<T extends string>(name: string, text: string, choices: readonly T[]): T {
    const chosen = choices.find((choice) => choice === text);
    if (chosen !== undefined) return chosen;
    throw new Failure("usage", `--${dashed(name)} takes one of ${choices.join(", ")}, not ${text}`);
  }
}

const dashed = (name: string) => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
