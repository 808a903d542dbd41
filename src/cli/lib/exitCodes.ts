/** What the number means with which the program ends. Public: add, never renumber. */
export const exitCodes = {
  done: { code: 0, means: "Done." },
  failed: { code: 1, means: "The operation failed, or a signature does not hold." },
  usage: { code: 2, means: "The command line is wrong; nothing was asked of the service." },
  not_allowed: { code: 3, means: "Not signed in, or the key may not do this." },
  not_found: { code: 4, means: "No such record, or it belongs to others." },
  not_met: {
    code: 5,
    means:
      "A condition was not met: `--until`, `--wait`, a gap, a check of `doctor`, a simulation.",
  },
  unreachable: { code: 6, means: "The service cannot be reached." },
  interrupted: { code: 130, means: "Ended by Ctrl C." },
} as const;
export type Ending = keyof typeof exitCodes;

/** A command that cannot go on, with what to do about it. */
export class Failure extends Error {
  override readonly name = "Failure";
  readonly ending: Ending;
  /** What to do. */
  readonly hint: string | undefined;

  constructor(ending: Ending, message: string, hint?: string) {
    super(message);
    this.ending = ending;
    this.hint = hint;
  }
}
