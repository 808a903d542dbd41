import { CopyButton } from "../ui/Copy.tsx";

/** A secret, shown this once; with ed25519 the public key, which can be read again. */
export function Secret({
  secret,
  publicKey,
}: {
  readonly secret: string | null;
  readonly publicKey: string | null;
}) {
  const shown = secret ?? publicKey ?? "";
  return (
    <div className="grid gap-2">
      <h3>{secret === null ? "Public key" : "Signing secret"}</h3>
      <div className="flex items-center gap-2 rounded-control bg-sunken px-3 py-2">
        <output
          aria-label={secret === null ? "Public key" : "Signing secret"}
          className="min-w-0 flex-1 font-mono text-12 break-all"
        >
          {shown}
        </output>
        <CopyButton text={shown} label="Copy the secret" />
      </div>
      <p className="text-12 text-ink-2">
        {secret === null
          ? "Receivers check deliveries with it. It is no secret; the private key stays here."
          : "Shown this once. Put it where the receiver reads its settings, then check deliveries with it:"}
      </p>
      {secret !== null && (
        <code className="rounded-control bg-sunken px-3 py-2 font-mono text-12 break-words">
          {`import { verify } from "heliograph/receiver"`}
        </code>
      )}
    </div>
  );
}
