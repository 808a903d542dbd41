import { ApiError } from "../contract/errors.ts";
import { operations, type OperationInput } from "../contract/operations.ts";
import { checkSignature } from "../contract/signature.ts";
import type { Caller, Context } from "../flow/context.ts";
import { completeWelcomeCall } from "../flow/welcomeCalls.ts";
import { findCallpilotSecret } from "../store/organizations.ts";
import { parseJson } from "./body.ts";
import { Reply } from "./reply.ts";
import { validate } from "./validate.ts";

/** How far the clock of CallPilot may be from ours, in seconds. Standard Webhooks names five minutes. */
const toleranceSeconds = 300;

/** A call-back of CallPilot: its signature first, then its body. 201 for a new call, 200 for one that is known. */
export async function receiveWelcomeCall(
  context: Context,
  { params }: OperationInput<"completeWelcomeCall">,
  { request, rawBody }: { request: Request; rawBody: Uint8Array },
) {
  const organizationId = params.organization_id;
  await requireSignature(context, { organizationId, request, rawBody });
  const body = validate(operations.completeWelcomeCall.body, parseJson(rawBody), "body");
  const caller: Caller = {
    organizationId,
    roles: ["sales_org", "epc"],
    scopes: [],
    actor: { kind: "callpilot", id: body.call_id, name: "CallPilot" },
  };
  const { isNew, welcomeCall } = await completeWelcomeCall(
    { ...context, caller },
    { params, query: {}, body },
  );
  return new Reply(isNew ? 201 : 200, welcomeCall);
}

/** The same answer whether the organization, its secret or the signature is wrong: nothing is to be learned here. */
async function requireSignature(
  { sql, seal }: Context,
  {
    organizationId,
    request,
    rawBody,
  }: { organizationId: string; request: Request; rawBody: Uint8Array },
): Promise<void> {
  const sealed = await findCallpilotSecret(sql, organizationId);
  const id = request.headers.get("webhook-id") ?? "";
  const timestamp = secondsOf(request.headers.get("webhook-timestamp") ?? "");
  const signature = request.headers.get("webhook-signature") ?? "";
  // The sender's clock is real, also where ours was moved.
  const isTimely = Math.abs(Date.now() / 1000 - timestamp) <= toleranceSeconds;
  const holds =
    sealed !== null &&
    id !== "" &&
    isTimely &&
    (await checkSignature({
      secrets: [seal.open(sealed)],
      signature,
      id,
      timestamp,
      body: rawBody,
    }));
  if (!holds) {
    throw new ApiError(
      "bad_signature",
      "Sign the call-back after Standard Webhooks, within five minutes, with the organization's CallPilot secret",
    );
  }
}

/** Whole seconds, as they were signed; anything else is no time. */
const secondsOf = (header: string) => (/^\d{1,12}$/.test(header) ? Number(header) : Number.NaN);
