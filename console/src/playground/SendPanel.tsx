import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Send } from "lucide-react";
import type { Endpoint } from "../../../src/contract/resources/delivery.ts";
import { api } from "../api.ts";
import { AttemptAnswer } from "../endpoints/AttemptAnswer.tsx";
import { formatWords } from "../endpoints/EndpointTable.tsx";
import { readAgain } from "../endpoints/read.ts";
import { endpointName } from "../events/read.ts";
import { useWhyNot } from "../rights.ts";
import { Button } from "../ui/Button.tsx";
import { Circuit } from "../ui/Circuit.tsx";
import { SelectField } from "../ui/Field.tsx";
import { Failure } from "../ui/Note.tsx";
import { Panel } from "../ui/Panel.tsx";
import { Address } from "../ui/Copy.tsx";

interface SendProps {
  readonly type: string;
  readonly endpoints: readonly Endpoint[];
  readonly endpoint: Endpoint | undefined;
  readonly onChoose: (id: string) => void;
  readonly isEdited: boolean;
}

/** Sends the example to a receiver and shows the circuit close, or stay open. */
export function SendPanel({ type, endpoints, endpoint, onChoose, isEdited }: SendProps) {
  const because = useWhyNot("testEndpoint");
  const test = useMutation({
    mutationFn: (id: string) => api.endpoints.test({ id, type: type }),
    onSettled: readAgain,
  });
  const isOf = test.data && test.data.event_type === type && test.data.endpoint_id === endpoint?.id;
  return (
    <Panel title="Send it">
      <div className="grid grid-cols-1 gap-4 px-5 py-4">
        <SelectField
          label="Endpoint"
          value={endpoint?.id ?? ""}
          onChange={onChoose}
          options={endpoints.map((each) => [each.id, endpointName(each)] as const)}
        />
        {endpoint && (
          <div className="text-12 text-ink-2">
            Sent once to <Address url={endpoint.url} /> as {formatWords[endpoint.format]}, signed as
            every delivery.
          </div>
        )}
        {isEdited && (
          <p className="rounded-control bg-retry-tint px-3 py-2 text-retry">
            What you edited is not sent. Heliograph signs only facts and the contract’s own example,
            so that a signature can be trusted. Copy it as cURL below to try it on a receiver.
          </p>
        )}
        <Button
          look="strong"
          icon={<Send size={13} aria-hidden />}
          because={because ?? (endpoint ? undefined : "Choose an endpoint first.")}
          disabled={test.isPending}
          onClick={() => endpoint && test.mutate(endpoint.id)}
        >
          {isEdited ? "Send the example" : "Send"}
        </Button>
        <div aria-live="polite" className="grid gap-2">
          {test.isPending && (
            <p className="flex items-center gap-3 rounded-control border border-line p-3 font-[600] text-ink-2">
              <Circuit fate="sending" width={46} /> Sending
            </p>
          )}
          {test.isError && <Failure error={test.error} />}
          {isOf === true && !test.isPending && test.data && <AttemptAnswer attempt={test.data} />}
          {!test.isPending && !test.isError && isOf !== true && (
            <p className="flex items-center gap-3 rounded-control border border-dashed border-line-2 p-3 text-ink-3">
              <Circuit fate="none" width={46} /> Not sent yet
            </p>
          )}
        </div>
        {endpoint && (
          <Link
            to="/endpoints/$id"
            params={{ id: endpoint.id }}
            className="justify-self-start text-cell underline"
          >
            Open the endpoint
          </Link>
        )}
      </div>
    </Panel>
  );
}
