import { useState } from "react";
import type { Endpoint, EndpointStatus } from "../../../src/contract/resources/delivery.ts";
import { api } from "../api.ts";
import { CommandButton, CommandForm } from "../forms/CommandForm.tsx";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { Facts, Panel } from "../ui/Panel.tsx";
import { Time } from "../ui/Time.tsx";
import { ChangeEvents } from "./ChangeEvents.tsx";
import { ChangeSending } from "./ChangeSending.tsx";
import { formatWords } from "./EndpointTable.tsx";
import { Remove } from "./Remove.tsx";
import { Secret } from "./Secret.tsx";

interface SetupProps {
  readonly endpoint: Endpoint;
  readonly status: EndpointStatus | undefined;
  readonly because: string | undefined;
}

/** How the endpoint is set up, and what changes that. */
export function Setup({ endpoint, status, because }: SetupProps) {
  const { id, version, events, auth, client_certificate: certificate } = endpoint;
  return (
    <>
      <Panel
        title="Set-up"
        aside={
          <CommandButton
            small
            label="Change"
            name="updateEndpoint"
            title="Change the endpoint"
            verb="Save the change"
            because={because}
            before={endpoint}
            only={[
              "url",
              "description",
              "format",
              "on_failure",
              "max_concurrency",
              "rate_limit_per_second",
            ]}
            run={(body) => api.endpoints.update({ id, ...body }, { ifMatch: version })}
          />
        }
      >
        <Facts
          facts={[
            ["Format", formatWords[endpoint.format]],
            [
              "When one fails",
              endpoint.on_failure === "hold"
                ? "The customer’s later ones wait"
                : "Later ones go on",
            ],
            ["Most at once", endpoint.max_concurrency],
            [
              "Most in a second",
              endpoint.rate_limit_per_second === null
                ? "no limit"
                : endpoint.rate_limit_per_second.toLocaleString(),
            ],
            ["Added", <Time key="added" at={endpoint.created_at} />],
          ]}
        />
      </Panel>
      <Panel title="Events" aside={<ChangeEvents endpoint={endpoint} because={because} />}>
        {events === null ? (
          <p className="px-5 py-4 text-ink-2">All, and those of later versions.</p>
        ) : (
          <ul className="max-h-56 overflow-y-auto px-5 py-3" tabIndex={0} aria-label="Its events">
            {events.map((type) => (
              <li key={type}>
                <code className="font-mono text-12">{type}</code>
              </li>
            ))}
          </ul>
        )}
      </Panel>
      <Panel title="Requests" aside={<ChangeSending endpoint={endpoint} because={because} />}>
        <Facts
          facts={[
            ["Authentication", auth === null ? "none" : authWords(auth)],
            [
              "Own headers",
              endpoint.header_names.length === 0 ? "none" : endpoint.header_names.join(", "),
            ],
            [
              "Client certificate",
              certificate === null ? (
                "none"
              ) : (
                <span title={certificate.fingerprint}>
                  {certificate.subject}, until <Time at={certificate.expires_at} />
                </span>
              ),
            ],
          ]}
        />
      </Panel>
      <Panel title="Signature" aside={<Rotate endpoint={endpoint} because={because} />}>
        <div className="px-5 py-4">
          {endpoint.public_key === null ? (
            <p className="text-ink-2">
              HMAC with a secret that was shown once. A new one can sign beside it for a while, so
              that no delivery is refused meanwhile.
            </p>
          ) : (
            <Secret secret={null} publicKey={endpoint.public_key} />
          )}
        </div>
      </Panel>
      <Remove endpoint={endpoint} status={status} because={because} />
    </>
  );
}

const authWords = (auth: NonNullable<Endpoint["auth"]>) =>
  auth.type === "basic" ? `Basic, as ${auth.username}` : "Bearer token";

type Rotated = Awaited<ReturnType<typeof api.endpointSecrets.rotate>>;

/** Gives the endpoint a new secret, which is shown once. */
function Rotate({
  endpoint: { id, version, signing },
  because,
}: Pick<SetupProps, "endpoint" | "because">) {
  const [isOpen, setOpen] = useState(false);
  const [rotated, setRotated] = useState<Rotated | null>(null);
  const close = () => {
    setOpen(false);
    setRotated(null);
  };
  return (
    <>
      <Button small because={because} onClick={() => setOpen(true)}>
        Rotate
      </Button>
      <Dialog title="New secret" open={isOpen} onClose={close}>
        {rotated === null ? (
          <CommandForm
            name="rotateEndpointSecret"
            title="New secret"
            verb="Make a new secret"
            start={{ signing, overlap_hours: 24 }}
            run={(body) => api.endpointSecrets.rotate({ id, ...body }, { ifMatch: version })}
            onDone={(answer) => setRotated(answer as Rotated)}
          />
        ) : (
          <div className="grid gap-4">
            <Secret secret={rotated.secret} publicKey={rotated.public_key} />
            <div className="flex justify-end">
              <Button look="strong" onClick={close}>
                I have kept it
              </Button>
            </div>
          </div>
        )}
      </Dialog>
    </>
  );
}
