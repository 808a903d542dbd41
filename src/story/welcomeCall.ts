import { randomUUID } from "node:crypto";
import { sign } from "../contract/signature.ts";

interface Calling {
  readonly salesOrg: { readonly id: string };
  readonly callpilotSecret: string;
  readonly at?: string;
}

/**
 * Reports the welcome call as CallPilot would: signed after Standard Webhooks with the organization's secret.
 * @param by.at when the call was; RFC 3339, now unless told.
 */
export async function reportWelcomeCall(
  { salesOrg, callpilotSecret, at = new Date().toISOString() }: Calling,
  url: string,
  surveyId: string,
): Promise<unknown> {
  const body = JSON.stringify({
    call_id: `call-${surveyId}`,
    survey_id: surveyId,
    completed_at: at,
    recording_consent_at: at,
    answers: [{ question: "Do you know the first monthly payment?", answer: "Yes" }],
    recording_url: "https://example.com/recordings/20931",
  });
  const id = randomUUID();
  const timestamp = Math.floor(Date.now() / 1000);
  const response = await fetch(new URL(`/v1/integrations/callpilot/${salesOrg.id}/calls`, url), {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "webhook-id": id,
      "webhook-timestamp": String(timestamp),
      "webhook-signature": await sign({ secrets: [callpilotSecret], id, timestamp, body }),
    },
    body,
  });
  if (!response.ok) throw new Error(`The welcome call was refused: ${await response.text()}`);
  return response.json();
}
