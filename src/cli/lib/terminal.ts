import { Failure } from "./exitCodes.ts";

/** Where a command reads and writes. Data goes to `out`, words to `say`, so that either can be kept without the other. */
export interface Terminal {
  /** Whether `out` is read by a person. */
  readonly isTerminal: boolean;
  /** Whether somebody can be asked. */
  readonly canAsk: boolean;
  readonly colors: Colors;
  /** One line of data. */
  out(line: string): void;
  /** One line of words. */
  say(line: string): void;
  /** One line that takes the place of the one before; null clears it. Nothing where no person reads. */
  progress(line: string | null): void;
  /** All of the standard input. */
  read(): Promise<Buffer>;
  /** Asks for one line. @param isSecret does not show what is typed. */
  ask(question: string, isSecret?: boolean): Promise<string>;
}

type Paint = (text: string) => string;
export interface Colors {
  readonly good: Paint;
  readonly late: Paint;
  readonly bad: Paint;
  readonly faint: Paint;
  readonly strong: Paint;
}

/** Colours, or none. */
export function colorsOf(isOn: boolean): Colors {
  const paint =
    (code: number): Paint =>
    (text) =>
      isOn ? `\u001B[${code}m${text}\u001B[0m` : text;
  return { good: paint(32), late: paint(33), bad: paint(31), faint: paint(2), strong: paint(1) };
}

interface Streams {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
}

/** The terminal that the program was started from. */
export function openTerminal(
  { stdin, stdout, stderr }: Streams,
  { hasColors, isQuiet }: { hasColors: boolean; isQuiet: boolean },
): Terminal {
  const showsProgress = stderr.isTTY && !isQuiet;
  let hasProgress = false;
  const clear = () => {
    if (hasProgress) stderr.write("\r\u001B[K");
    hasProgress = false;
  };
  return {
    isTerminal: stdout.isTTY,
    canAsk: stdin.isTTY && stderr.isTTY,
    colors: colorsOf(hasColors && stdout.isTTY),
    out(line) {
      clear();
      stdout.write(`${line}\n`);
    },
    say(line) {
      clear();
      stderr.write(`${line}\n`);
    },
    progress(line) {
      clear();
      if (!showsProgress || line === null) return;
      stderr.write(line.slice(0, stderr.columns - 1));
      hasProgress = true;
    },
    async read() {
      const chunks: Buffer[] = [];
      for await (const chunk of stdin) chunks.push(Buffer.from(chunk as Uint8Array));
      return Buffer.concat(chunks);
    },
    ask: (question, isSecret = false) => ask({ stdin, stderr }, question, isSecret),
  };
}

async function ask(
  { stdin, stderr }: Pick<Streams, "stdin" | "stderr">,
  question: string,
  isSecret: boolean,
): Promise<string> {
  const { createInterface } = await import("node:readline/promises");
  const { Writable } = await import("node:stream");
  stderr.write(question);
  // What readline would echo goes nowhere when it is a secret.
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const reader = createInterface({
    input: stdin,
    output: isSecret ? silent : stderr,
    terminal: true,
  });
  try {
    const answer = await new Promise<string>((resolve, reject) => {
      const leave = () => reject(new Failure("interrupted", "Nothing was done"));
      reader.once("SIGINT", leave); // Ctrl C, which the terminal gives to the reader meanwhile
      reader.once("close", leave); // Ctrl D
      reader.question("").then(resolve, reject);
    });
    return answer.trim();
  } finally {
    reader.close();
    if (isSecret) stderr.write("\n");
  }
}
