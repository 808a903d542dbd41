import { randomUUID } from "node:crypto";
import { sign } from "../contract/signature.ts";
import type { Cast } from "./cast.ts";

/** Reports the welcome call as CallPilot would: signed after Standard Webhooks with the organization's secret. */
export async function reportWelcomeCall(
  { salesOrg, callpilotSecret }: { salesOrg: Cast["salesOrg"]; callpilotSecret: string },
  url: string,
  surveyId: string,
): Promise<unknown> {
  const body = JSON.stringify({
    call_id: `call-${surveyId}`,
    survey_id: surveyId,
    completed_at: new Date().toISOString(),
    recording_consent_at: new Date().toISOString(),
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
