import { WelcomeCall } from "../contract/resources/install.ts";
import type { Db } from "../base/database.ts";

/** A call that was reported for a deal, for whichever of its parties, by CallPilot's own id of it. */
export async function findWelcomeCall(
  db: Db,
  surveyId: string,
  callId: string,
): Promise<WelcomeCall | undefined> {
  const [row] = await db`
    select * from welcome_calls where survey_id = ${surveyId} and call_id = ${callId}
  `;
  return row && WelcomeCall.parse(row);
}
