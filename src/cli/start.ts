#!/usr/bin/env node
import nodeModule from "node:module";

/**
 * The program `heliograph`, with its compiled code kept where Node keeps such things: from the second time on it starts
 * without compiling. What cannot be kept is compiled each time, as it all is before Node 22.
 */
const { enableCompileCache }: Partial<typeof nodeModule> = nodeModule;
enableCompileCache?.();
await import("./main.ts");
