import type { RequiredStep } from "../contract/resources/organization.ts";
import type { Db } from "../base/database.ts";

/** Which of these steps of a deal are not done. */
export async function openSteps(
  db: Db,
  surveyId: string,
  steps: readonly RequiredStep[],
): Promise<RequiredStep[]> {
  const [done] = await db<Record<RequiredStep, boolean>[]>`
    select
      exists (select 1 from site_surveys where survey_id = ${surveyId} and completed_at is not null) as site_survey,
      exists (select 1 from welcome_calls where survey_id = ${surveyId}) as welcome_call,
      exists (select 1 from installs where survey_id = ${surveyId} and submission_number > 0) as submission,
      not exists (
        select 1 from milestones where survey_id = ${surveyId} and status not in ('completed', 'canceled')
      ) as milestones
  `;
  return steps.filter((step) => !done?.[step]);
}
