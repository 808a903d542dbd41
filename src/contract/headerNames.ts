/** Header that a write with the console's cookie must bear: a page of another site cannot send it without our leave. */
export const consoleHeader = "heliograph-console";

/** Header of an answer that is a stream: the position after which it starts. */
export const startHeader = "heliograph-after";
