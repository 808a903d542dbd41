import { StartError } from "../startError.ts";
import { errorCode } from "./files.ts";

/** Signs in what PostgreSQL or the system says, the first that fits first, and what they mean. */
const meanings: readonly (readonly [RegExp, string])[] = [
  [/No space left on device|ENOSPC/, "the disk is full: make room and start again"],
  [/Disk quota exceeded|EDQUOT/, "the disk quota is used up: make room and start again"],
  [/Read-only file system|EROFS/, "the file system is read-only: choose another data directory"],
  [
    /could not look up effective user ID/,
    "the account it runs as is not in /etc/passwd: add it there, or set DATABASE_URL",
  ],
  [
    /error while loading shared libraries|GLIBC\w* not found|Library not loaded|spawn \S+ ENOENT/,
    "its programs cannot run on this system, which lacks libraries they need (glibc on Linux): set DATABASE_URL to a server of your own",
  ],
  [
    /pre-existing shared memory block/,
    "processes of an earlier server of this directory still run: end them and start again",
  ],
  [
    /could not create .*semaphores?|could not (create|resize|open|attach to) shared memory|could not map anonymous shared memory|Cannot allocate memory|ENOMEM/,
    "the system gives it too little shared memory: free some, or raise the limit",
  ],
  [
    /\.s\.PGSQL\.\d+(\.lock)?" already exists|could not bind (Unix|IPv4) address|could not create any (Unix-domain|TCP\/IP) sockets/,
    "its socket is in use by another program or cannot be made: end that program, or choose another data directory",
  ],
  [
    /has (group or world access|invalid permissions|wrong ownership)/,
    "its directory has the wrong owner or mode: give it mode 0700 and the account that made it",
  ],
  [
    /files are incompatible|valid checkpoint record|control file|pg_control|invalid page|checksum|could not locate|not a valid data directory|could not open file "(global|base|pg_\w+)\//,
    "the database is damaged: restore it from a backup, or move it away to start with an empty one",
  ],
  [
    /Permission denied|Operation not permitted|EACCES|EPERM/,
    "permission denied: make the data directory writable for the account that starts the service, or choose another one",
  ],
  [/EMFILE|ENFILE|Too many open files/, "too many files are open: raise the limit and start again"],
  [/EEXIST|ENOTDIR/, "a file is in the way: choose another data directory"],
];

/**
 * Turns the end of a PostgreSQL program into one sentence; what it printed last becomes the cause.
 * @param doing what failed, the beginning of the sentence.
 * @param ending how it ended: an exit status or signal, or the error that kept it from starting.
 */
export function explainFailure(doing: string, ending: string | Error, output: string): StartError {
  const ended = ending instanceof Error ? ending.message : ending;
  const lines = output.trim().split("\n").slice(-15).join("\n");
  const meaning = findMeaning(`${lines}\n${ended}`);
  const cause =
    ending instanceof Error ? ending : new Error(lines || `It printed nothing (${ended})`);
  if (meaning !== undefined) return new StartError(`${doing}: ${meaning}`, { cause });
  return new StartError(`${doing} (${ended}): ${lastComplaint(lines)}`, { cause });
}

/** Makes a sentence of a system error that stops a start, such as a refused write. Leaves bugs be. */
export function explainError(doing: string, error: unknown): unknown {
  const code = errorCode(error);
  if (code === "" || !(error instanceof Error)) return error;
  const meaning = findMeaning(code);
  const detail = meaning === undefined ? error.message : `${meaning} (${error.message})`;
  return new StartError(`${doing}: ${detail}`, { cause: error });
}

function findMeaning(text: string): string | undefined {
  return meanings.find(([sign]) => sign.test(text))?.[1];
}

function lastComplaint(lines: string): string {
  const complaint = lines.split("\n").findLast((line) => /FATAL|PANIC|error:/.test(line));
  const text = complaint?.replace(/^.*?(FATAL|PANIC|error): */, "");
  return text ?? "it did not say why";
}
