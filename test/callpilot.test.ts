import { Webhook } from "standardwebhooks";
import { describe, expect } from "vitest";
import { newWebhookSecret } from "../src/base/keys.ts";
import type { ErrorCode } from "../src/contract/errors.ts";
import type { WelcomeCall } from "../src/contract/resources/install.ts";
import { expectProblem } from "./problems.ts";
import { givenInstall } from "./deals.ts";
import { givenPair, test, type Pair, type Service } from "./service.ts";
import { only, quiet, told } from "./told.ts";

/** An install whose sales organization has a CallPilot secret. */
interface Deal extends Pair {
  readonly surveyId: string;
  readonly secret: string;
}

async function givenCallpilot(service: Service): Promise<Deal> {
  const pair = await givenPair(service);
  const { survey_id } = await givenInstall(pair);
  const { secret } = await service.operator.callpilotSecrets.create({ id: pair.salesOrg.id });
  return { ...pair, surveyId: survey_id, secret };
}

/** A call-back as CallPilot would send it, but for what a test says. */
interface CallBack {
  readonly organizationId: string;
  readonly body: string;
  /** By lower-case name; one that is undefined is left out. */
  readonly headers: Readonly<Record<string, string | undefined>>;
}

const callOf = ({ surveyId }: Pick<Deal, "surveyId">, given: object = {}) => ({
  call_id: "call-1",
  survey_id: surveyId,
  completed_at: "2026-03-11T16:20:00.000Z",
  recording_consent_at: null,
  answers: [],
  ...given,
});

/** Signed by the published package, not by our own code. */
function signed(
  deal: Deal,
  given: { call?: unknown; secret?: string; id?: string; secondsLate?: number } = {},
): CallBack {
  const { secret = deal.secret, id = "msg_1", secondsLate = 0 } = given;
  const call = given.call ?? callOf(deal);
  const body = typeof call === "string" ? call : JSON.stringify(call);
  const seconds = Math.floor(Date.now() / 1000) - secondsLate;
  return {
    organizationId: deal.salesOrg.id,
    body,
    headers: {
      "content-type": "application/json",
      "webhook-id": id,
      "webhook-timestamp": String(seconds),
      "webhook-signature": new Webhook(secret).sign(id, new Date(seconds * 1000), body),
    },
  };
}

const withHeaders = (callBack: CallBack, headers: CallBack["headers"]): CallBack => ({
  ...callBack,
  headers: { ...callBack.headers, ...headers },
});

function report({ service }: Pair, { organizationId, body, headers }: CallBack): Promise<Response> {
  const sent = new Headers();
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) sent.set(name, value);
  }
  const path = `/v1/integrations/callpilot/${organizationId}/calls`;
  return fetch(new URL(path, service.url), { method: "POST", headers: sent, body });
}

/** A call-back that is refused and leaves everything as it was. @returns the sentence that says why. */
async function refused(deal: Deal, callBack: CallBack, code: ErrorCode): Promise<string> {
  const { detail } = await expectProblem(await quiet(deal, () => report(deal, callBack)), code);
  return detail;
}

const callIn = async (response: Response) => (await response.json()) as WelcomeCall;

describe("a call-back of CallPilot is accepted", () => {
  test("within five minutes, by whoever's clock", async ({ service }) => {
    const deal = await givenCallpilot(service);
    for (const secondsLate of [270, -270]) {
      const call = callOf(deal, { call_id: `call${secondsLate}` });
      const { answer, lines, epc } = await told(deal, () =>
        report(deal, signed(deal, { call, secondsLate })),
      );

      expect(answer.status).toBe(201);
      expect(lines).toEqual(["callpilot_welcome_call_completed → sales_org, epc"]);
      const event = only(epc, "callpilot_welcome_call_completed");
      expect(await callIn(answer)).toEqual(event.data.welcome_call);
      expect(event.actor).toEqual({ kind: "callpilot", id: call.call_id, name: "CallPilot" });
    }
  });

  test("when one of its signatures holds", async ({ service }) => {
    const deal = await givenCallpilot(service);
    const good = signed(deal);
    const other = signed(deal, { secret: newWebhookSecret() });
    const signatures = [other, good].map(({ headers }) => headers["webhook-signature"]);

    const both = withHeaders(good, { "webhook-signature": `v1a,x ${signatures.join(" ")}` });

    expect((await report(deal, both)).status).toBe(201);
  });
});

describe("a call-back of CallPilot is refused, and nothing changes,", () => {
  test("with any of its headers missing, empty or of another message", async ({ service }) => {
    const deal = await givenCallpilot(service);
    const good = signed(deal);
    const late = signed(deal, { secondsLate: 60 });
    for (const [name, other] of [
      ["webhook-id", "msg_2"],
      ["webhook-timestamp", late.headers["webhook-timestamp"]],
      ["webhook-timestamp", "soon"],
      ["webhook-signature", late.headers["webhook-signature"]],
      ["webhook-signature", "v1,"],
      ["webhook-signature", good.headers["webhook-signature"]?.replace("v1,", "v2,")],
    ] as const) {
      for (const value of [undefined, "", other]) {
        await refused(deal, withHeaders(good, { [name]: value }), "bad_signature");
      }
    }
    const { "content-type": type } = good.headers;
    await refused(deal, { ...good, headers: { "content-type": type } }, "bad_signature");
  });

  test("with another body than was signed, be it one byte", async ({ service }) => {
    const deal = await givenCallpilot(service);
    const good = signed(deal);
    const altered = good.body.replace("call-1", "call-2");
    for (const body of [altered, `${good.body} `, good.body.slice(0, -1), "{}", ""]) {
      await refused(deal, { ...good, body }, "bad_signature");
    }
  });

  test("more than five minutes late or early", async ({ service }) => {
    const deal = await givenCallpilot(service);
    for (const secondsLate of [360, -360, 86_400, -86_400]) {
      await refused(deal, signed(deal, { secondsLate }), "bad_signature");
    }
  });

  test("signed by anybody else, with the same answer whoever has which secret", async ({
    service,
  }) => {
    const deal = await givenCallpilot(service);
    const other = await givenCallpilot(service);
    const stranger = await givenPair(service);
    const good = signed(deal);
    const callBacks = [
      signed(deal, { secret: newWebhookSecret() }),
      signed(deal, { secret: other.secret }),
      { ...good, organizationId: other.salesOrg.id },
      { ...good, organizationId: deal.epc.id },
      { ...good, organizationId: stranger.salesOrg.id },
      { ...good, organizationId: "org_00000000000000000000000000" },
    ];
    const sentences = new Set<string>();
    for (const callBack of callBacks) {
      sentences.add(await refused(deal, callBack, "bad_signature"));
    }
    expect(sentences.size).toBe(1);
  });

  test("with a body that does not fit; who cannot sign is not told so", async ({ service }) => {
    const deal = await givenCallpilot(service);
    const secret = newWebhookSecret();
    for (const [call, code] of [
      ["{", "malformed"],
      ["[]", "invalid"],
      [callOf(deal, { completed_at: "soon" }), "invalid"],
      [callOf(deal, { surplus: 1 }), "invalid"],
      [callOf({ surveyId: "srv_00000000000000000000000000" }), "not_found"],
    ] as const) {
      await refused(deal, signed(deal, { call }), code);
      await refused(deal, signed(deal, { call, secret }), "bad_signature");
    }
    await refused(
      deal,
      withHeaders(signed(deal), { "content-type": "text/plain" }),
      "unsupported_media_type",
    );
  });
});

describe("a call that is reported again", () => {
  test("is the call that is there, whatever the report says now", async ({ service }) => {
    const deal = await givenCallpilot(service);
    const first = await callIn(await report(deal, signed(deal)));
    const again = callOf(deal, {
      completed_at: "2026-03-12T16:20:00.000Z",
      answers: [{ question: "Is it another call?", answer: "No" }],
    });

    for (const given of [{ id: "msg_2" }, { call: again, id: "msg_3" }]) {
      const answer = await quiet(deal, () => report(deal, signed(deal, given)));
      expect([answer.status, await callIn(answer)]).toEqual([200, first]);
    }
    const other = signed(deal, { call: callOf(deal, { call_id: "call-2" }) });
    const { answer, lines } = await told(deal, () => report(deal, other));
    expect([answer.status, lines.length]).toEqual([201, 1]);
  });

  test("for another organization is a call of its own", async ({ service }) => {
    const [one, two] = [await givenCallpilot(service), await givenCallpilot(service)];

    const [first, second] = [await report(one, signed(one)), await report(two, signed(two))];

    expect([first.status, second.status]).toEqual([201, 201]);
    expect((await callIn(first)).id).not.toBe((await callIn(second)).id);
  });
});
