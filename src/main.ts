import { readConfig, unknownSettings } from "./base/config.ts";
import { onParentGone } from "./base/parent.ts";
import { StartError } from "./base/startError.ts";
import { playDemo } from "./demo/play.ts";
import { startService } from "./start.ts";
import { readVersion } from "./version.ts";

const usage = "Usage: npm start [-- --demo]";

/** Starts the service, plays the demo if asked, and runs until it is told to stop. */
async function main(args: readonly string[]): Promise<void> {
  const unknown = args.filter((arg) => arg !== "--demo");
  if (unknown.length > 0) throw new StartError(`Unknown argument ${unknown.join(" ")}. ${usage}`);
  const isDemo = args.includes("--demo");
  const config = readConfig(process.env);
  for (const line of unknownSettings(process.env)) say(line);
  // The demo's receivers listen on this machine, which deliveries reach only when told to.
  const egressAllow = isDemo
    ? [...config.egressAllow, "127.0.0.0/8", "::1/128"]
    : config.egressAllow;
  const service = await startService({ ...config, egressAllow }, say);
  const stop = stopOnce(() => service.stop());
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => void stop());
  onParentGone(() => void stop());

  say(`Heliograph ${readVersion()} is ready: ${service.url}`);
  say(`Operator key: ${service.operatorKeyPath ?? "as set by HELIOGRAPH_OPERATOR_KEY"}`);
  if (isDemo) await playDemo({ ...service, dataDir: config.dataDir, say });
}

function stopOnce(stop: () => Promise<void>): () => Promise<void> {
  let stopping: Promise<void> | undefined;
  return () =>
    (stopping ??= stop().then(
      () => process.exit(0),
      (error: unknown) => {
        say(`Could not stop cleanly: ${error instanceof Error ? error.message : String(error)}`);
        process.exit(1);
      },
    ));
}

// Whoever read what is printed may go away, as `head` does: deliveries go on.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);

const say = (line: string) => process.stdout.write(`${line}\n`);

main(process.argv.slice(2)).catch((error: unknown) => {
  if (error instanceof StartError) {
    process.stderr.write(`${error.message}\n`);
    const { cause, message } = error;
    if (cause instanceof Error && !message.includes(cause.message)) {
      process.stderr.write(`  ${cause.message}\n`);
    }
  } else {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  }
  process.exit(1);
});
