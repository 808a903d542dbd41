import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../api.ts";
import { useWhyNot } from "../rights.ts";
import { Button } from "../ui/Button.tsx";
import { Circuit } from "../ui/Circuit.tsx";
import { SelectField } from "../ui/Field.tsx";
import { Failure } from "../ui/Note.tsx";
import { AttemptAnswer } from "./AttemptAnswer.tsx";
import { readAgain } from "./read.ts";
import { useOwnTypes } from "./TypeTree.tsx";

/** Sends the worked example of a type to an endpoint, signed, and shows what came back. */
export function SendTest({
  id,
  events,
}: {
  readonly id: string;
  /** The types that the endpoint gets; null for all. */
  readonly events: readonly string[] | null;
}) {
  const types = useOwnTypes().filter(({ type }) => events?.includes(type) ?? true);
  const [chosen, choose] = useState("");
  const type = chosen === "" ? (types[0]?.type ?? "") : chosen;
  const because = useWhyNot("testEndpoint");
  const test = useMutation({
    mutationFn: () => api.endpoints.test({ id, type: type }),
    onSettled: readAgain,
  });
  return (
    <div className="grid gap-3">
      <div className="flex flex-wrap items-end gap-2">
        <div className="min-w-[220px] flex-1">
          <SelectField
            label="Event"
            value={type}
            onChange={choose}
            options={types.map((each) => [each.type, each.type] as const)}
          />
        </div>
        <Button
          look="strong"
          because={because}
          disabled={test.isPending || type === ""}
          onClick={() => test.mutate()}
        >
          Send a test
        </Button>
      </div>
      <p className="text-12 text-ink-3">
        The worked example, signed as every delivery, sent once. Its sequence is 0, so that no
        receiver takes it for a fact.
      </p>
      <div aria-live="polite">
        {test.isPending && (
          <p className="flex items-center gap-2 text-ink-2">
            <Circuit fate="sending" width={46} /> Sending, waiting for the answer
          </p>
        )}
        {test.isError && <Failure error={test.error} />}
        {test.data && !test.isPending && <AttemptAnswer attempt={test.data} />}
      </div>
    </div>
  );
}
