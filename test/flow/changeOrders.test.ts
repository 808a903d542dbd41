import { describe, expect } from "vitest";
import {
  coSigner,
  givenFinalizedProposal,
  givenInstall,
  pricing,
  primary,
  signAll,
} from "../deals.ts";
import { givenPair, test, type Pair } from "../service.ts";
import type { Install } from "../../src/contract/resources/install.ts";
import { only, refusal, told } from "../told.ts";

async function givenChangeOrder(pair: Pair, { id }: Install, changes: object) {
  return pair.sales.changeOrders.create({
    id,
    reason: "Two modules more on the garage",
    changes,
    signers: [primary, coSigner],
  });
}

const signing = (
  { sales }: Pair,
  order: { id: string; signers: readonly { id: string }[] },
  position: number,
) => {
  return () =>
    sales.changeOrders.sign({ id: order.id, signer_id: order.signers[position]?.id ?? "" });
};

describe("signed_change_order", () => {
  const modules = [{ manufacturer: "Example Modules", model: "EX-405", watts: 405, count: 26 }];

  test("is fired by the last signature, alone, with the changes applied to the install", async ({
    service,
  }) => {
    const pair = await givenPair(service);
    const install = await givenInstall(pair);
    const made = await told(pair, () =>
      givenChangeOrder(pair, install, { contract_price_cents: 3_600_000, modules }),
    );
    const order = made.answer;

    const first = await told(pair, signing(pair, order, 1));
    const between = await pair.sales.installs.get({ id: install.id });
    const last = await told(pair, signing(pair, order, 0));

    expect(made.lines).toEqual([]);
    expect(first.lines).toEqual([]);
    expect(between).toEqual(install);
    expect(last.lines).toEqual(["signed_change_order → sales_org, epc"]);
    const changed = {
      contract_price_cents: { from: 3_456_000, to: 3_600_000 },
      modules: { from: install.modules, to: modules },
    };
    expect(only(last.epc, "signed_change_order")).toMatchObject({
      changes: {
        "install.contract_price_cents": changed.contract_price_cents,
        "install.modules": changed.modules,
      },
      data: {
        install: { contract_price_cents: 3_600_000, modules, version: install.version + 1 },
        change_order: { id: order.id, status: "signed", changes: changed },
      },
    });
    expect(await refusal(pair, signing(pair, order, 0))).toBe("409 change_order_pending");
  });

  test("says what it replaces when another one was signed meanwhile", async ({ service }) => {
    const pair = await givenPair(service);
    const install = await givenInstall(pair);
    const one = await givenChangeOrder(pair, install, { contract_price_cents: 3_600_000 });
    const two = await givenChangeOrder(pair, install, {
      contract_price_cents: 3_700_000,
      system_size_dc_kw: 10.53,
    });
    for (const position of [0, 1]) await signing(pair, one, position)();
    await signing(pair, two, 0)();

    const { epc, answer } = await told(pair, signing(pair, two, 1));

    expect(two.changes.contract_price_cents).toEqual({ from: 3_456_000, to: 3_700_000 });
    expect(answer.changes).toEqual({
      contract_price_cents: { from: 3_600_000, to: 3_700_000 },
      system_size_dc_kw: { from: 9.72, to: 10.53 },
    });
    expect(only(epc, "signed_change_order").changes).toEqual({
      "install.contract_price_cents": { from: 3_600_000, to: 3_700_000 },
      "install.system_size_dc_kw": { from: 9.72, to: 10.53 },
    });
  });

  test("is fired once when both sign at the same time", async ({ service }) => {
    const pair = await givenPair(service);
    const install = await givenInstall(pair);
    const order = await givenChangeOrder(pair, install, { contract_price_cents: 3_600_000 });

    const { lines } = await told(pair, () =>
      Promise.all([signing(pair, order, 0)(), signing(pair, order, 1)()]),
    );

    expect(lines).toEqual(["signed_change_order → sales_org, epc"]);
  });

  test("is not fired for a change order that changes nothing", async ({ service }) => {
    const pair = await givenPair(service);
    const install = await givenInstall(pair);
    const { contract_price_cents, system_size_dc_kw } = install;

    const make = () =>
      givenChangeOrder(pair, install, {
        contract_price_cents,
        system_size_dc_kw,
        modules: install.modules,
      });

    expect(await refusal(pair, make)).toBe("409 changes_something");
    const order = await givenChangeOrder(pair, install, {
      contract_price_cents: 1,
      system_size_dc_kw,
    });
    expect(Object.keys(order.changes)).toEqual(["contract_price_cents"]);
  });

  test("is not fired for a voided change order", async ({ service }) => {
    const pair = await givenPair(service);
    const install = await givenInstall(pair);
    const order = await givenChangeOrder(pair, install, { contract_price_cents: 1 });
    const discard = () => pair.sales.changeOrders.void({ id: order.id });

    expect((await told(pair, discard)).lines).toEqual([]);
    expect(await refusal(pair, discard)).toBe("409 change_order_live");
    expect(await refusal(pair, signing(pair, order, 0))).toBe("409 change_order_pending");
  });

  test("waits while the install is voided, and takes a signature of each once", async ({
    service,
  }) => {
    const pair = await givenPair(service);
    const install = await givenInstall(pair);
    const { id } = install;
    const order = await givenChangeOrder(pair, install, { contract_price_cents: 1 });
    await signing(pair, order, 0)();
    expect(await refusal(pair, signing(pair, order, 0))).toBe("409 signer_unsigned");
    await pair.sales.installs.void({ id, reason: "Loan amount changed" });

    const make = () => givenChangeOrder(pair, install, { contract_price_cents: 2 });
    expect(await refusal(pair, make)).toBe("409 install_active");
    expect(await refusal(pair, signing(pair, order, 1))).toBe("409 install_active");
    await pair.sales.installs.restore({ id });

    expect((await told(pair, signing(pair, order, 1))).lines).toEqual([
      "signed_change_order → sales_org, epc",
    ]);
  });
});

/** A change order that both have signed. */
async function givenSignedChangeOrder(pair: Pair, install: Install, changes: object) {
  const order = await givenChangeOrder(pair, install, changes);
  await signing(pair, order, 0)();
  return signing(pair, order, 1)();
}

/** Voids an install and signs another contract, with another price. */
async function signAnew(pair: Pair, { id, survey_id }: Install): Promise<Install> {
  await pair.sales.installs.void({ id, reason: "Loan amount changed" });
  const survey = await pair.sales.surveys.get({ id: survey_id });
  const proposal = await givenFinalizedProposal(pair, {
    survey,
    pricing: {
      ...pricing,
      contract_price_cents: 3_556_000,
      base_price_cents: 3_100_000,
      commission_base_cents: 3_350_000,
    },
  });
  await signAll(pair, await pair.sales.agreements.create({ id: proposal.id, signers: [primary] }));
  return pair.sales.installs.get({ id });
}

describe("a change order of a contract that another one has replaced", () => {
  test("is signed no more, and the new contract's terms stand", async ({ service }) => {
    const pair = await givenPair(service);
    const install = await givenInstall(pair);
    const old = await givenChangeOrder(pair, install, { contract_price_cents: 1 });
    await signing(pair, old, 0)();

    const anew = await signAnew(pair, install);
    const late = await refusal(pair, signing(pair, old, 1));
    const fresh = await givenChangeOrder(pair, anew, { contract_price_cents: 2 });
    await signing(pair, fresh, 0)();

    expect(old.agreement_id).toBe(install.agreement_id);
    expect(late).toBe("409 amends_contract_in_force");
    expect(await pair.sales.installs.get({ id: install.id })).toEqual(anew);
    expect(fresh.agreement_id).toBe(anew.agreement_id);
    expect((await told(pair, signing(pair, fresh, 1))).lines).toEqual([
      "signed_change_order → sales_org, epc",
    ]);
  });

  test("is signed when the void was undone, as the contract is the same", async ({ service }) => {
    const pair = await givenPair(service);
    const install = await givenInstall(pair);
    const order = await givenChangeOrder(pair, install, { contract_price_cents: 1 });
    await signing(pair, order, 0)();
    await pair.sales.installs.void({ id: install.id, reason: "Loan amount changed" });
    await pair.sales.installs.restore({ id: install.id });

    expect((await told(pair, signing(pair, order, 1))).lines).toEqual([
      "signed_change_order → sales_org, epc",
    ]);
  });
});

describe("the void of a signed change order", () => {
  test("gives back what the contract says, told as a change of the install", async ({
    service,
  }) => {
    const pair = await givenPair(service);
    const install = await givenInstall(pair);
    const order = await givenSignedChangeOrder(pair, install, {
      contract_price_cents: 3_600_000,
      system_size_dc_kw: 10.53,
      modules: [{ manufacturer: "Example Modules", model: "EX-405", watts: 405, count: 26 }],
    });
    const discard = () => pair.sales.changeOrders.void({ id: order.id });

    const { answer, lines, epc } = await told(pair, discard);

    expect(lines).toEqual(["update_install → sales_org, epc"]);
    expect(only(epc, "update_install").changes).toEqual({
      "install.contract_price_cents": { from: 3_600_000, to: 3_456_000 },
      "install.system_size_dc_kw": { from: 10.53, to: 9.72 },
      "install.modules": { from: order.changes.modules?.to, to: install.modules },
    });
    const { version: _, updated_at: __, ...terms } = install;
    expect(await pair.sales.installs.get({ id: install.id })).toMatchObject(terms);
    expect(answer).toMatchObject({ status: "voided", signed_at: order.signed_at });
    expect(await refusal(pair, discard)).toBe("409 change_order_live");
  });

  test("leaves what the others say, in the order of their signatures", async ({ service }) => {
    const pair = await givenPair(service);
    const install = await givenInstall(pair);
    const price = (contract_price_cents: number) => ({ contract_price_cents });
    // Made first and signed last: the last signature counts.
    const last = await givenChangeOrder(pair, install, price(3_900_000));
    const first = await givenSignedChangeOrder(pair, install, price(3_600_000));
    const second = await givenSignedChangeOrder(pair, install, {
      ...price(3_700_000),
      system_size_dc_kw: 10.53,
    });
    for (const position of [0, 1]) await signing(pair, last, position)();
    const discard = async (id: string) => {
      const { lines, epc } = await told(pair, () => pair.sales.changeOrders.void({ id }));
      return lines.length === 0 ? undefined : only(epc, "update_install").changes;
    };

    expect(await discard(first.id)).toBeUndefined();
    expect(await discard(last.id)).toEqual({
      "install.contract_price_cents": { from: 3_900_000, to: 3_700_000 },
    });
    expect(await discard(second.id)).toEqual({
      "install.contract_price_cents": { from: 3_700_000, to: 3_456_000 },
      "install.system_size_dc_kw": { from: 10.53, to: 9.72 },
    });
  });

  test("waits while the install cannot be amended; a pending one does not", async ({ service }) => {
    const pair = await givenPair(service);
    const install = await givenInstall(pair);
    const signed = await givenSignedChangeOrder(pair, install, { contract_price_cents: 1 });
    const pending = await givenChangeOrder(pair, install, { contract_price_cents: 2 });
    const discard = (id: string) => () => pair.sales.changeOrders.void({ id });
    await pair.sales.installs.void({ id: install.id, reason: "Loan amount changed" });

    expect(await refusal(pair, discard(signed.id))).toBe("409 install_active");
    expect((await told(pair, discard(pending.id))).lines).toEqual([]);
    await pair.sales.installs.restore({ id: install.id });

    expect((await told(pair, discard(signed.id))).lines).toEqual([
      "update_install → sales_org, epc",
    ]);
  });

  test("of a replaced contract changes nothing of the new one", async ({ service }) => {
    const pair = await givenPair(service);
    const install = await givenInstall(pair);
    const old = await givenSignedChangeOrder(pair, install, { contract_price_cents: 1 });
    const anew = await signAnew(pair, install);

    const { answer, lines } = await told(pair, () => pair.sales.changeOrders.void({ id: old.id }));

    expect(lines).toEqual([]);
    expect(answer.status).toBe("voided");
    expect(anew.contract_price_cents).toBe(3_556_000);
    expect(await pair.sales.installs.get({ id: install.id })).toEqual(anew);
  });
});

describe("a change order on a lost deal", () => {
  test("is not signed before the deal goes on", async ({ service }) => {
    const pair = await givenPair(service);
    const install = await givenInstall(pair);
    const order = await givenChangeOrder(pair, install, { contract_price_cents: 1 });
    const move = (stage: "lost" | "installing") =>
      pair.sales.surveys.update({ id: install.survey_id, stage });
    await move("lost");

    expect(await refusal(pair, signing(pair, order, 0))).toBe("409 deal_open");
    await move("installing");

    expect((await signing(pair, order, 0)()).signers[0]?.signed_at).not.toBeNull();
  });
});
