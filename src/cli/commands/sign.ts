import { randomUUID } from "node:crypto";
import { sign as signatureOf } from "../../contract/signature.ts";
import type { Command } from "../command.ts";
import { Failure } from "../lib/exitCodes.ts";
import { secretFrom, secretOptions } from "../lib/secret.ts";

export const sign: Command = {
  name: "sign",
  summary: "Sign a body as a delivery is signed",
  description: "Reads the body from the standard input and prints the headers, ready for curl.",
  options: [
    ...secretOptions,
    { flags: "--id <id>", about: "the header webhook-id; made unless told" },
    { flags: "--timestamp <seconds>", about: "the header webhook-timestamp; now unless told" },
  ],
  answers: "{webhook-id, webhook-timestamp, webhook-signature}",
  examples: [
    "sign --secret-file secret < body.json",
    "catalogue show new_install --sample --json | heliograph sign --json",
  ],
  async run(context, given) {
    const { terminal } = context;
    const id = given.text("id") ?? `msg_${randomUUID()}`;
    const timestamp = given.number("timestamp") ?? Math.floor(Date.now() / 1_000);
    const secret = await secretFrom(context, given);
    const body = await terminal.read();
    const signature = await signatureOf({ id, timestamp, body, secrets: [secret] }).catch(
      (error: unknown) => {
        throw error instanceof TypeError ? new Failure("usage", error.message) : error;
      },
    );
    const headers = {
      "webhook-id": id,
      "webhook-timestamp": String(timestamp),
      "webhook-signature": signature,
    };
    if (context.isJson) return terminal.out(JSON.stringify(headers));
    for (const [name, value] of Object.entries(headers)) terminal.out(`${name}: ${value}`);
  },
};
