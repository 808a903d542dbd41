/** What the program reads of its environment. By itself: who only reads that needs no schemas. */
export const programVariables: Readonly<Record<string, string>> = {
  HELIOGRAPH_URL: "the service, unless --url says otherwise",
  HELIOGRAPH_API_KEY: "the key, unless --key-file or --env say otherwise",
  HELIOGRAPH_SECRET: "the secret of `verify` and `sign`, unless told",
};

/** Names that others read: the example of a receiver, the service of whoever started it, the tests of faults. */
export const otherVariables: readonly string[] = [
  "HELIOGRAPH_KEY",
  "HELIOGRAPH_ENDPOINT",
  "HELIOGRAPH_PARENT_FD",
  "HELIOGRAPH_FAULT_SEED",
];
