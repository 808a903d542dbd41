const snippetBytes = 2 * 1_024;
/** What a character of a JavaScript text takes in UTF-8 at most, in bytes. */
const mostBytes = 3;
/** A value no longer than this is a word like any other: cut only where it stands alone. */
const shortLength = 3;
/** The shortest part of a secret that is cut where the text ends in the middle of it. */
const leastPart = 4;

/** Takes secrets out of a text. */
export type Cut = (text: string) => string;

/**
 * Makes what replaces secrets by `[cut]`: those given, as they are and as JSON writes them, and whatever looks like a
 * secret or key of ours or like a bearer token.
 */
export function createCut(secrets: readonly string[]): Cut {
  const forms = secrets.map(printable).flatMap(formsOf);
  const known = [...new Set(forms)].filter((form) => form !== "");
  known.sort((left, right) => right.length - left.length); // the longest first, as one may begin another
  const pattern = new RegExp([...known.map(patternOf), ...ours].join("|"), "giu");
  return (text) => {
    const whole = text.replace(pattern, (...match) => {
      const { bearer = "" } = match.at(-1) as { bearer?: string };
      return `${bearer}[cut]`;
    });
    return cutEnd(whole, known);
  };
}

/** What is kept of a text that others wrote: printable, without secrets, 2 KiB at most. */
export function snippetOf(text: string, cut: Cut): string {
  if (text === "") return "";
  const kept = cut(printable(text));
  if (kept.length * mostBytes <= snippetBytes) return kept;
  const bytes = Buffer.from(kept);
  // As a stream, so that a character that the limit falls into is left out.
  return new TextDecoder().decode(bytes.subarray(0, snippetBytes), { stream: true });
}

const ours = [
  "(?<bearer>\\bbearer\\s+)[^\\s\"'<>,;]+",
  "(?:whsec|whsk)_[\\w+/=\\\\-]*", // the backslash because some write JSON with `\\/`
  "hk_[\\w-]{16,}",
  "(?<![a-z])hk_[\\w-]+",
];

/** Line breaks and tabs become one space, other control characters go: PostgreSQL takes no NUL, logs no escapes. */
function printable(text: string): string {
  return text.replace(/[\t\n\r]+/g, " ").replace(/\p{Cc}/gu, "");
}

/** As it is, and as JSON writes it, with and without the backslash that some put before a slash. */
function formsOf(secret: string): string[] {
  const written = JSON.stringify(secret).slice(1, -1);
  return [secret, written, written.replaceAll("/", "\\/")];
}

function patternOf(secret: string): string {
  const literal = secret.replace(/[$()*+./?[\\\]^{|}]/g, "\\$&");
  return secret.length > shortLength ? literal : `(?<!\\w)${literal}(?!\\w)`;
}

/** An answer may break off, or be cut off, in the middle of a secret. */
function cutEnd(text: string, secrets: readonly string[]): string {
  for (const secret of secrets) {
    const longest = Math.min(secret.length - 1, text.length);
    for (let length = longest; length >= leastPart; length -= 1) {
      if (text.endsWith(secret.slice(0, length))) return `${text.slice(0, -length)}[cut]`;
    }
  }
  return text;
}
