import { amend, build, finish, restoreInstall, voidInstall } from "./build.ts";
import type { Cast } from "./cast.ts";
import { meet, openDeal } from "./lead.ts";
import type { Once } from "./once.ts";
import { contract, findInstall, propose } from "./sale.ts";
import { reportWelcomeCall } from "./welcomeCall.ts";

/** Where the service is, and how a step is done. */
export interface Telling {
  readonly url: string;
  readonly once: Once;
}

/** One customer from lead to permission to operate: every one of the 32 events at least once. */
export async function playStory(cast: Cast, telling: Telling): Promise<void> {
  const { once } = telling;
  const { surveyId, installId } = await toInstall(cast, telling);
  await build(cast, once, installId);
  await amend(cast, once, installId);
  await voidInstall(cast, once, installId);
  await restoreInstall(cast, once, installId);
  await finish(cast, once, { installId, surveyId });
}

/** Walks through a part of the flow, by name. */
export const walks = {
  /** From lead to permission to operate, without a detour. */
  "happy-path": async (cast: Cast, telling: Telling) => {
    const { surveyId, installId } = await toInstall(cast, telling);
    await build(cast, telling.once, installId);
    await finish(cast, telling.once, { installId, surveyId });
  },
  /** To an install whose contract is changed and signed anew. */
  "change-order": async (cast: Cast, telling: Telling) => {
    const { installId } = await toInstall(cast, telling);
    await amend(cast, telling.once, installId);
  },
  /** To an install that ends. */
  void: async (cast: Cast, telling: Telling) => {
    const { installId } = await toInstall(cast, telling);
    await voidInstall(cast, telling.once, installId);
  },
} as const satisfies Record<string, (cast: Cast, telling: Telling) => Promise<void>>;

/** Lead, deal, proposal, agreement, install, welcome call. */
async function toInstall(cast: Cast, { once, url }: Telling) {
  const customer = await meet(cast, once);
  const survey = await openDeal(cast, once, customer.id);
  const proposal = await propose(cast, once, survey.id);
  const agreement = await contract(cast, once, { surveyId: survey.id, proposalId: proposal.id });
  const installId = await findInstall(cast, once, agreement.survey_id);
  const { callpilotSecret } = cast;
  if (callpilotSecret !== null) {
    await once("welcome call", () =>
      reportWelcomeCall({ ...cast, callpilotSecret }, url, survey.id),
    );
  }
  return { surveyId: survey.id, installId };
}
