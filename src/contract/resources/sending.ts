import { z } from "zod";
import { instant, text } from "../fields.ts";
import { deliveryHeaders } from "../headers.ts";

/** How an endpoint's deliveries are signed, and what else its receiver wants of a request. */

export const Signing = z.enum(["hmac_sha256", "ed25519"]).meta({
  id: "Signing",
  description:
    "How deliveries are signed. `hmac_sha256`: `v1`, with a secret that both sides know. `ed25519`: `v1a`, with a private key that never leaves the service; receivers check with the public key.",
  example: "hmac_sha256",
});
export type Signing = z.infer<typeof Signing>;

/** Of every endpoint's record, beside the filter and the format. Nothing in them is secret. */
export const sendingFields = {
  signing: Signing,
  public_key: z.string().nullable().meta({
    description:
      "With what receivers check signatures, to be given to `verify()`; null with `hmac_sha256`, where that is the secret.",
    example: null,
  }),
  header_names: z.array(z.string()).meta({
    description: "Names of its own headers, in lower case. The values are not shown.",
    example: ["x-api-key"],
  }),
  auth: z
    .discriminatedUnion("type", [
      z.object({
        type: z.literal("basic"),
        username: z.string().meta({ description: "User name.", example: "heliograph" }),
      }),
      z.object({ type: z.literal("bearer") }),
    ])
    .nullable()
    .meta({
      description:
        "How deliveries authenticate in `authorization`; password and token are not shown.",
      example: { type: "basic", username: "heliograph" },
    }),
  client_certificate: z
    .object({
      subject: text(1_000, { description: "Whom it names.", example: "CN=heliograph" }),
      fingerprint: z.string().meta({
        description: "SHA-256 of the certificate, in hexadecimal pairs.",
        example: Array.from({ length: 32 }, () => "0F").join(":"),
      }),
      expires_at: instant({
        description: "When it ends; deliveries fail from then on. At the latest the end of 2999.",
        example: "2027-03-02T15:04:05.000Z",
      }),
    })
    .nullable()
    .meta({
      description:
        "What is shown to a receiver that asks for a certificate, without its private key.",
      absent: true,
    }),
};

const headersLimit = 20;
const headerCharactersLimit = 8_192;
/** What names of headers are made of, RFC 9110. */
const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const headerValue = z
  .string()
  .max(headerCharactersLimit)
  .regex(/^[!-~](?:[\t -~]*[!-~])?$/, {
    error: "Must be visible ASCII, with spaces and tabs inside only",
  });

/** Headers of the connection, of the framing, and of every delivery. */
const reservedNames: ReadonlySet<string> = new Set(
  ["host", "content-length", "transfer-encoding", "connection", "te", "trailer", "upgrade"].concat(
    ["keep-alive", "expect"],
    Object.keys(deliveryHeaders.shape),
  ),
);
const reservedPrefixes = ["proxy-", "webhook-", "heliograph-"];

/** Names that differ, values that may be carried, and not too much of either. */
function checkHeaders(
  headers: Record<string, string | null>,
  context: z.core.$RefinementCtx,
): void {
  const complain = (message: string, ...path: string[]) =>
    context.addIssue({ code: "custom", message, path });
  const kept = Object.entries(headers).filter(([, value]) => value !== null);
  const seen = new Set<string>();
  for (const name of Object.keys(headers)) {
    const lower = name.toLowerCase();
    const reason = seen.has(lower) ? `The header ${lower} is given twice` : whyNotHeader(lower);
    if (reason !== null) complain(reason, name);
    seen.add(lower);
  }
  if (kept.length > headersLimit) complain(`At most ${headersLimit} headers`);
  if (kept.flat().join("").length > headerCharactersLimit)
    complain("At most 8 KiB of names and values");
}

function whyNotHeader(name: string): string | null {
  if (!token.test(name))
    return "The name of a header holds letters, digits and !#$%&'*+-.^_`|~ only";
  if (name === "authorization") return "The header authorization is set by auth";
  const isReserved =
    reservedNames.has(name) || reservedPrefixes.some((prefix) => name.startsWith(prefix));
  return isReserved ? `The header ${name} is not free to set` : null;
}

const headersSays = {
  description:
    "Headers that every delivery carries besides its own, by name. At most 20, of 8 KiB together; those of the connection, of the delivery and `authorization` are not free.",
  example: { "x-api-key": "an example of a key" },
  secret: true,
};

/** All of an endpoint's own headers. */
export const Headers = z.record(z.string(), headerValue).superRefine(checkHeaders);

const noControl = (given: string) => given.isWellFormed() && !/\p{Cc}/u.test(given);
const unprintable = { error: "Must not hold control characters or lone surrogates" };

const Auth = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("basic"),
    username: z
      .string()
      .max(255)
      .refine(noControl, unprintable)
      .refine((given) => !given.includes(":"), { error: "Must not hold a colon" })
      .meta({ description: "User name, without a colon.", example: "heliograph" }),
    password: z
      .string()
      .max(1_024)
      .refine(noControl, unprintable)
      .meta({ description: "Password.", example: "an example of a password" }),
  }),
  z.strictObject({
    type: z.literal("bearer"),
    token: z
      .string()
      .max(4_096)
      .regex(/^[!-~]+$/, { error: "Must be visible ASCII without spaces" })
      .meta({ description: "Token.", example: "an-example-of-a-token" }),
  }),
]);

const ClientCertificate = z.strictObject({
  certificate: z.string().max(65_536).meta({
    description: "PEM: the certificate first, then those that lead to its root.",
    example: "-----BEGIN CERTIFICATE-----\n…\n-----END CERTIFICATE-----\n",
  }),
  private_key: z.string().max(16_384).meta({
    description: "PEM, not encrypted.",
    example: "-----BEGIN PRIVATE KEY-----\n…\n-----END PRIVATE KEY-----\n",
  }),
});
export type ClientCertificate = z.infer<typeof ClientCertificate>;

const input = {
  auth: Auth.nullable()
    .meta({
      description: "How deliveries authenticate, in `authorization`; null for not at all.",
      example: { type: "basic", username: "heliograph", password: "an example of a password" },
      secret: true,
    })
    .optional(),
  client_certificate: ClientCertificate.nullable()
    .meta({
      description:
        "Shown to a receiver that asks for a certificate, over https; null for none. A changed one holds for new connections, which the next delivery opens.",
      secret: true,
      absent: true,
    })
    .optional(),
};

/** What a creation may say about sending. */
export const sendingInput = {
  signing: Signing.optional(),
  headers: Headers.meta(headersSays).optional(),
  ...input,
};

/** What a change may say about sending; another way of signing comes with another secret, by a rotation. */
export const sendingPatch = {
  headers: z
    .record(z.string(), headerValue.nullable())
    .superRefine(checkHeaders)
    .meta({
      ...headersSays,
      description: `${headersSays.description} Null removes one; those left out stay.`,
    })
    .optional(),
  ...input,
};

/** What is kept of an endpoint's sending that nobody may read, encrypted as one text. */
export const SendingSecrets = z.object({
  headers: z.record(z.string(), z.string()), // was checked when it was written; what is free may become less
  auth: Auth.nullable(),
  client_certificate: ClientCertificate.nullable(),
});
export type SendingSecrets = z.infer<typeof SendingSecrets>;
