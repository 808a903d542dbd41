import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Party } from "../../../src/contract/meta.ts";
import { Code } from "../ui/Copy.tsx";
import { Failure, Skeleton } from "../ui/Note.tsx";
import { Panel } from "../ui/Panel.tsx";
import { partyWords } from "./Audience.tsx";
import { shown } from "./fields.ts";
import { Prose } from "./Prose.tsx";
import { deliveriesSpecQuery } from "./read.ts";

interface ExampleProps {
  readonly type: string;
  readonly role: Party;
}

/** A worked example of the body, as one party gets it. */
export function Example({ type, role }: ExampleProps) {
  const spec = useQuery(deliveriesSpecQuery);
  const examples = spec.data?.components.messages[type]?.examples ?? [];
  const example = examples.find(({ name }) => name === role) ?? examples[0];
  return (
    <Panel
      title="Example body"
      aside={<span className="text-ink-3">As {partyWords[role]} gets it</span>}
    >
      <div className="p-3">
        {spec.isPending && <Skeleton />}
        {spec.isError && <Failure error={spec.error} retry={() => void spec.refetch()} />}
        {example && <Code label="Example body" text={JSON.stringify(example.payload, null, 2)} />}
      </div>
    </Panel>
  );
}

/** What stands above the body of every delivery. */
export function Headers() {
  const spec = useQuery(deliveriesSpecQuery);
  const headers = Object.entries(
    spec.data?.components.schemas["DeliveryHeaders"]?.properties ?? {},
  );
  return (
    <Panel title="Headers of a delivery">
      {spec.isPending && <Skeleton rows={4} />}
      <dl>
        {headers.map(([name, { description, examples }]) => (
          <div key={name} className="border-b border-line px-5 py-2.5 last:border-0">
            <dt className="flex flex-wrap items-baseline gap-x-3">
              <code className="font-mono text-12 font-[560]">{name}</code>
              <code className="min-w-0 truncate font-mono text-12 text-ink-3">
                {shown(examples?.[0] ?? "")}
              </code>
            </dt>
            <dd className="text-12 text-ink-2">
              <Prose text={description ?? ""} />
            </dd>
          </div>
        ))}
      </dl>
    </Panel>
  );
}

const typescript = (type: string) => `import { verify } from "heliograph/receiver";

// Throws VerificationError when it was not sent
// from here, or is too old.
const event = await verify({
  secret: process.env.HELIOGRAPH_SECRET,
  headers: request.headers,
  // The bytes as they came, before any parsing.
  body: rawBody,
});

if (event.type === "${type}") {
  console.log(event.id, event.data);
}`;

const curl = (type: string) => `# Sends your receiver a signed ${type}, as Heliograph does.
SECRET=whsec_your_secret URL=https://example.com/hooks/solar
BODY=$(curl -s ${window.location.origin}/v1/catalogue |
  jq -c '.data[] | select(.type == "${type}").example')
ID=$(printf %s "$BODY" | jq -r .id) AT=$(date +%s)
KEY=$(printf %s "\${SECRET#whsec_}" | base64 -d | od -An -v -tx1 | tr -d ' \\n')
SIG=$(printf '%s.%s.%s' "$ID" "$AT" "$BODY" |
  openssl dgst -sha256 -mac HMAC -macopt hexkey:"$KEY" -binary | base64)

curl -i "$URL" --data-raw "$BODY" \\
  -H 'content-type: application/json' \\
  -H "webhook-id: $ID" -H "webhook-timestamp: $AT" \\
  -H "webhook-signature: v1,$SIG"`;

/** How a receiver knows that a delivery came from here. */
export function SignatureCheck({ type }: { readonly type: string }) {
  const [language, setLanguage] = useState<"typescript" | "curl">("typescript");
  return (
    <Panel
      title="Check the signature"
      aside={
        <span role="group" aria-label="Language" className="needs-script flex gap-3">
          {(["typescript", "curl"] as const).map((each) => (
            <button
              key={each}
              type="button"
              aria-pressed={language === each}
              onClick={() => setLanguage(each)}
              className="border-b-2 border-transparent text-ink-2 aria-pressed:border-ink aria-pressed:text-ink"
            >
              {each === "curl" ? "cURL" : "TypeScript"}
            </button>
          ))}
        </span>
      }
    >
      <div className="p-3">
        <Code
          label={`Signature check in ${language === "curl" ? "cURL" : "TypeScript"}`}
          text={(language === "curl" ? curl : typescript)(type)}
        />
        <p className="px-2 pt-2 text-12 text-ink-3">
          The secret is shown when the endpoint is made, and begins with{" "}
          <code className="font-mono">whsec_</code>. Deliveries follow Standard Webhooks: any of its
          libraries checks them too.
        </p>
      </div>
    </Panel>
  );
}
