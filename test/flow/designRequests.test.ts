import { describe, expect } from "vitest";
import { design, givenDeal, givenDesign } from "../deals.ts";
import { givenPair, test } from "../service.ts";
import { only, quiet, refusal, told } from "../told.ts";

describe("new_design_request", () => {
  test("tells both, and the sales organization alone while no installer is chosen", async ({
    service,
  }) => {
    const pair = await givenPair(service);
    const [open, chosen] = [await givenDeal(pair, { epc_id: null }), await givenDeal(pair)];

    const alone = await told(pair, () => pair.sales.designRequests.create({ id: open.id }));
    const both = await told(pair, () =>
      pair.sales.designRequests.create({ id: chosen.id, notes: "Avoid the front roof." }),
    );

    expect(alone.lines).toEqual(["new_design_request → sales_org"]);
    expect(both.lines).toEqual(["new_design_request → sales_org, epc"]);
    expect(only(both.epc, "new_design_request").data.design_request).toEqual(both.answer);
    expect(both.answer).toMatchObject({ status: "new", priority: "standard", design: null });
  });

  test("is also fired by a revision, of a delivered design of the same deal only", async ({
    service,
  }) => {
    const pair = await givenPair(service);
    const deal = await givenDeal(pair);
    const elsewhere = await givenDesign(pair);
    const asked = await pair.sales.designRequests.create({ id: deal.id });
    const revise = () => pair.sales.designRequests.create({ id: deal.id, revision_of: asked.id });
    const reviseOther = () =>
      pair.sales.designRequests.create({ id: deal.id, revision_of: elsewhere.id });

    expect(await refusal(pair, revise)).toBe("409 revision_of_delivered_design");
    expect(await refusal(pair, reviseOther)).toBe("409 revision_of_delivered_design");
    await pair.installer.designRequests.complete({ id: asked.id, design: design() });
    await pair.sales.designRequests.update({ id: asked.id, status: "approved" });

    expect((await told(pair, revise)).lines).toEqual(["new_design_request → sales_org, epc"]);
  });
});

describe("updated_design_request", () => {
  test("is fired by status, assignee, notes, and the delivered design", async ({ service }) => {
    const pair = await givenPair(service);
    const { id: surveyId } = await givenDeal(pair);
    const { id } = await pair.sales.designRequests.create({ id: surveyId });
    const { designRequests } = pair.installer;

    const started = await told(pair, () =>
      designRequests.update({ id, status: "in_progress", assignee: "Dana Designer" }),
    );
    const delivered = await told(pair, () => designRequests.complete({ id, design: design() }));
    const again = await told(pair, () => designRequests.complete({ id, design: design(10.53) }));
    const approved = await told(pair, () => designRequests.update({ id, status: "approved" }));

    for (const { lines } of [started, delivered, again, approved]) {
      expect(lines).toEqual(["updated_design_request → sales_org, epc"]);
    }
    expect(only(started.epc, "updated_design_request").changes).toEqual({
      "design_request.status": { from: "new", to: "in_progress" },
      "design_request.assignee": { from: null, to: "Dana Designer" },
    });
    expect(only(delivered.salesOrg, "updated_design_request").changes).toEqual({
      "design_request.status": { from: "in_progress", to: "completed" },
      "design_request.design": { from: null, to: design() },
      "design_request.completed_at": { from: null, to: delivered.answer.completed_at },
    });
    expect(Object.keys(only(again.salesOrg, "updated_design_request").changes ?? {})).toEqual([
      "design_request.design",
    ]);
  });

  test("shows the delivered design while its request is worked on again, and not once it is cancelled", async ({
    service,
  }) => {
    const pair = await givenPair(service);
    const { id, design: delivered } = await givenDesign(pair);
    const change = (status: "in_progress" | "cancelled") =>
      told(pair, () => pair.sales.designRequests.update({ id, status }));

    const again = await change("in_progress");
    const cancelled = await change("cancelled");

    const shown = [again, cancelled].map(
      ({ epc }) => only(epc, "updated_design_request").data.design,
    );
    expect(shown).toEqual([delivered, null]);
  });

  test("is not fired by the same values or the same design", async ({ service }) => {
    const pair = await givenPair(service);
    const before = await givenDesign(pair);
    const { id } = before;

    const redelivered = await quiet(pair, () =>
      pair.installer.designRequests.complete({ id, design: design() }),
    );
    const same = await quiet(pair, () =>
      pair.sales.designRequests.update({ id, priority: "standard" }),
    );

    expect([redelivered, same]).toEqual([before, before]);
  });

  test("is refused once it is over, also beside the status that it has", async ({ service }) => {
    const pair = await givenPair(service);
    const approved = await givenDesign(pair);
    const cancelled = await givenDesign(pair);
    const { designRequests } = pair.sales;
    await designRequests.update({ id: approved.id, status: "approved" });
    await designRequests.update({ id: cancelled.id, status: "cancelled" });

    for (const [{ id }, status] of [
      [approved, "approved"],
      [cancelled, "cancelled"],
    ] as const) {
      for (const step of [
        () => designRequests.update({ id, notes: "Wait" }),
        () => designRequests.update({ id, status, notes: "Wait" }),
        () => designRequests.update({ id, status, custom: { crew: "2" } }),
        () => designRequests.complete({ id, design: design(10.53) }),
      ]) {
        expect(await refusal(pair, step)).toBe("409 design_request_open");
      }
      const again = await quiet(pair, () => designRequests.update({ id, status }));
      expect(again).toMatchObject({ status, notes: null });
    }
  });

  test("may bring notes and the approval at once, while it is open", async ({ service }) => {
    const pair = await givenPair(service);
    const { id } = await givenDesign(pair);

    const { answer, lines } = await told(pair, () =>
      pair.sales.designRequests.update({ id, status: "approved", notes: "As drawn" }),
    );

    expect(answer).toMatchObject({ status: "approved", notes: "As drawn" });
    expect(lines).toEqual(["updated_design_request → sales_org, epc"]);
  });

  test("takes no design without a size", async ({ service }) => {
    const pair = await givenPair(service);
    const { id: surveyId } = await givenDeal(pair);
    const { id } = await pair.sales.designRequests.create({ id: surveyId });
    const deliver = (kilowatts: number) => () =>
      pair.installer.designRequests.complete({ id, design: design(kilowatts) });

    expect(await refusal(pair, deliver(0))).toBe("422 invalid /design/system_size_dc_kw");
    expect((await deliver(0.405)()).status).toBe("completed");
  });
});
