import { WelcomeCall } from "../contract/resources/install.ts";
import type { Db } from "../base/database.ts";

/** A call that was reported for this organization, by CallPilot's own id of it. */
export async function findWelcomeCall(
  db: Db,
  organizationId: string,
  callId: string,
): Promise<WelcomeCall | undefined> {
  const [row] = await db`
    select * from welcome_calls where organization_id = ${organizationId} and call_id = ${callId}
  `;
  return row && WelcomeCall.parse(row);
}
