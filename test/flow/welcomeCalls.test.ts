import { describe, expect } from "vitest";
import { expectProblem } from "../problems.ts";
import { givenInstall, reportWelcomeCall } from "../deals.ts";
import { givenPair, test, type Service } from "../service.ts";
import { quiet, told } from "../told.ts";

/** An install, and how its welcome call is reported for either party. */
async function givenReporter(service: Service) {
  const pair = await givenPair(service);
  const { survey_id } = await givenInstall(pair);
  const reporterFor = async (organization: typeof pair.salesOrg) => {
    const { secret } = await service.operator.callpilotSecrets.create({ id: organization.id });
    const reporting = { ...pair, salesOrg: organization };
    return (call: object = {}) =>
      reportWelcomeCall(reporting, { secret, survey_id, ...(call as Record<string, unknown>) });
  };
  return {
    pair,
    forSales: await reporterFor(pair.salesOrg),
    forInstaller: await reporterFor(pair.epc),
  };
}

describe("a welcome call", () => {
  test("is one event, be it reported for the sales organization, the installer, or both", async ({
    service,
  }) => {
    const { pair, forSales, forInstaller } = await givenReporter(service);

    const { answer, lines } = await told(pair, () => Promise.all([forSales(), forInstaller()]));
    const later = await quiet(pair, forInstaller);
    const other = await told(pair, () => forInstaller({ call_id: "call-2" }));

    expect(answer.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 201]);
    expect(lines).toEqual(["callpilot_welcome_call_completed → sales_org, epc"]);
    const [one, two] = await Promise.all(answer.map((response) => response.json()));
    expect(one).toEqual(two);
    expect(await later.json()).toEqual(one);
    expect([other.answer.status, other.lines]).toEqual([201, lines]);
  });

  test.for(["answers", "recording_consent_at"])(
    "is not taken without %s",
    async (field, { service }) => {
      const { pair, forSales } = await givenReporter(service);

      const answer = await quiet(pair, () => forSales({ [field]: undefined }));

      const { errors } = await expectProblem(answer, "invalid");
      expect(errors).toEqual([{ at: `/${field}`, message: "Is required" }]);
    },
  );

  test("without consent has no recording", async ({ service }) => {
    const { pair, forSales } = await givenReporter(service);
    const declined = { recording_consent_at: null };
    const recording_url = "https://example.com/recordings/20931";

    const recorded = await quiet(pair, () => forSales({ ...declined, recording_url }));
    const { answer } = await told(pair, () => forSales(declined));
    const agreed = await told(pair, () => forSales({ call_id: "call-2", recording_url }));

    const { errors } = await expectProblem(recorded, "invalid");
    expect(errors).toMatchObject([{ at: "/recording_url" }]);
    expect(await answer.json()).toMatchObject({ recording_consent_at: null, recording_url: null });
    expect(await agreed.answer.json()).toMatchObject({ recording_url });
  });
});
