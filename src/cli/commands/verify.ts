import { VerificationError, verify as check, type VerifyHeaders } from "../../receiver/index.ts";
import type { Command } from "../command.ts";
import { Failure } from "../lib/exitCodes.ts";
import { secretFrom, secretOptions } from "../lib/secret.ts";

export const verify: Command = {
  name: "verify",
  summary: "Check the signature of a delivery, and say why it does not hold",
  description: "The raw body is read from the standard input, byte for byte as it came.",
  options: [
    ...secretOptions,
    { flags: "--id <id>", about: "the header webhook-id" },
    { flags: "--timestamp <seconds>", about: "the header webhook-timestamp" },
    { flags: "--signature <text>", about: "the header webhook-signature" },
    { flags: "--header <line>", about: "any header as `name: value`", repeats: true },
    { flags: "--tolerance <time>", about: "how old a delivery may be (5m); 0s for any age" },
  ],
  answers: "{valid, reason, message, event: {id, type}}",
  examples: [
    'verify --secret-file secret --id evt_… --timestamp 1773157649 --signature "v1,…" < body.json',
    "verify --secret-file secret --header 'webhook-id: evt_…' --header … --tolerance 0s < body.json",
  ],
  async run(context, given) {
    const { terminal } = context;
    const secret = await secretFrom(context, given);
    const toleranceMs = given.duration("tolerance") ?? 300_000;
    const toleranceSeconds = toleranceMs === 0 ? Number.POSITIVE_INFINITY : toleranceMs / 1_000;
    const headers = {
      ...headersIn(given.texts("header")),
      ...defined({
        "webhook-id": given.text("id"),
        "webhook-timestamp": given.text("timestamp"),
        "webhook-signature": given.text("signature"),
      }),
    };
    const body = await terminal.read();
    try {
      const { id, type } = await check({ secret, headers, body, toleranceSeconds });
      if (context.isJson) terminal.out(JSON.stringify({ valid: true, event: { id, type } }));
      else terminal.out(`${terminal.colors.good("valid")}  ${type}  ${id}`);
    } catch (error) {
      if (!(error instanceof VerificationError)) throw error;
      const { reason, message } = error;
      if (context.isJson) terminal.out(JSON.stringify({ valid: false, reason, message }));
      throw new Failure("failed", `Not valid: ${message} (${reason})`);
    }
  },
};

const defined = (headers: Readonly<Record<string, string | undefined>>) =>
  Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined));

function headersIn(lines: readonly string[]): VerifyHeaders & Record<string, string> {
  return Object.fromEntries(
    lines.map((line) => {
      const cut = line.indexOf(":");
      if (cut < 1) throw new Failure("usage", `--header takes \`name: value\`, not ${line}`);
      return [line.slice(0, cut).trim().toLowerCase(), line.slice(cut + 1).trim()];
    }),
  );
}
