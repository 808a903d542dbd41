import type { OperationInput } from "../contract/operations.ts";
import { WelcomeCall } from "../contract/resources/install.ts";
import { findWelcomeCall } from "../store/welcomeCalls.ts";
import { command } from "./command.ts";
import { requireInstall, keysOf } from "./installs.ts";

/**
 * Records a completed welcome call. The same call reported again, be it for the other party to the deal, is the call that
 * is there: nothing changes, nobody is told. The context's caller is the organization that CallPilot works for.
 * @returns whether it was new, with the call.
 */
export const completeWelcomeCall = command(
  "complete_welcome_call",
  async (work, { params, body }: OperationInput<"completeWelcomeCall">) => {
    const deal = await work.openDeal(body.survey_id);
    const known = await findWelcomeCall(work.tx, body.survey_id, body.call_id);
    if (known) return { isNew: false, welcomeCall: known };
    const install = requireInstall(deal);
    const welcome_call = await work.insert(WelcomeCall, {
      ...body,
      ...keysOf(install),
      organization_id: params.organization_id,
    });
    work.tell("callpilot_welcome_call_completed", deal, { welcome_call });
    return { isNew: true, welcomeCall: welcome_call };
  },
);
