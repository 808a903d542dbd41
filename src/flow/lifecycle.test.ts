import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ApiError } from "../contract/errors.ts";
import { rules, type RuleName } from "../contract/rules.ts";
import {
  AgreementStatus,
  AppointmentStatus,
  ChangeOrderStatus,
  DesignRequestStatus,
  InstallStatus,
} from "../contract/vocabulary.ts";
import {
  agreementLifecycle,
  appointmentLifecycle,
  changeOrderLifecycle,
  designRequestLifecycle,
  installLifecycle,
} from "../contract/lifecycle.ts";
import { next } from "./lifecycle.ts";

type Cell = string | { readonly refusedBy: RuleName };
type Table = Readonly<Record<string, Readonly<Record<string, Cell>>>>;

/** Each table with the statuses of the contract and those that nothing leaves. */
const lifecycles = {
  appointment: {
    table: appointmentLifecycle as Table,
    statuses: AppointmentStatus.options,
    first: "scheduled",
    terminal: ["cancelled"],
  },
  "design request": {
    table: designRequestLifecycle as Table,
    statuses: DesignRequestStatus.options,
    first: "new",
    terminal: ["approved", "cancelled"],
  },
  agreement: {
    table: agreementLifecycle as Table,
    statuses: AgreementStatus.options,
    first: "created",
    terminal: ["deleted"],
  },
  install: {
    table: installLifecycle as Table,
    statuses: InstallStatus.options,
    first: "active",
    terminal: ["complete"],
  },
  "change order": {
    table: changeOrderLifecycle as Table,
    statuses: ChangeOrderStatus.options,
    first: "pending",
    terminal: ["voided"],
  },
};

describe.each(Object.entries(lifecycles))("the lifecycle of %s", (_, lifecycle) => {
  const { table, statuses, first, terminal } = lifecycle;
  const actions = Object.keys(table[first] ?? {});
  const cells = statuses.flatMap((status) =>
    actions.map((action) => ({ status, action, cell: table[status]?.[action] })),
  );

  test("decides every action in every status of the contract, and no others", () => {
    expect(Object.keys(table).toSorted()).toEqual([...statuses].toSorted());
    for (const row of Object.values(table)) {
      expect(Object.keys(row).toSorted()).toEqual(actions.toSorted());
    }
  });

  test("leads to statuses of the contract, or names the rule that refuses", () => {
    for (const { cell } of cells) {
      if (typeof cell === "object") expect(rules).toHaveProperty(cell.refusedBy);
      else expect(statuses).toContain(cell);
    }
  });

  test("ends in its terminal statuses and in no other", () => {
    const left = new Set(
      cells
        .filter(({ status, cell }) => typeof cell === "string" && cell !== status)
        .map(({ status }) => status),
    );

    expect(statuses.filter((status) => !left.has(status))).toEqual(terminal);
  });

  test("reaches every status from the first", () => {
    const reached = new Set<string>([first]);
    for (const status of reached) {
      for (const cell of Object.values(table[status] ?? {})) {
        if (typeof cell === "string") reached.add(cell);
      }
    }

    expect([...reached].toSorted()).toEqual([...statuses].toSorted());
  });

  test("moves by next(), or throws the rule and stays, whatever is done", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...actions), { maxLength: 50 }), (done) => {
        let status = first;
        for (const action of done) {
          const cell = table[status]?.[action];
          const move = () => next(table, { status, action, what: "a record" });
          if (typeof cell === "object") expect(move).toThrow(ApiError);
          else status = move();
        }
        expect(statuses).toContain(status);
      }),
    );
  });
});

describe("next()", () => {
  test("says what cannot be done to what, with the rule", () => {
    const sign = () =>
      next(changeOrderLifecycle, { status: "voided", action: "signLast", what: "a change order" });

    expect(sign).toThrow(
      expect.objectContaining({
        code: "rule",
        rule: "change_order_pending",
        message: "Cannot sign a change order that is voided",
      }),
    );
  });

  test("never makes a signed agreement unsigned, but for its void", () => {
    const { signed, voided } = agreementLifecycle;
    const unsigned = ["created", "sent", "viewed", "partially_signed", "declined", "deleted"];

    for (const cell of [...Object.values(signed), ...Object.values(voided)]) {
      expect(unsigned).not.toContain(cell);
    }
  });

  test("voids an agreement only from signed, and restores it only from voided", () => {
    for (const [status, row] of Object.entries(agreementLifecycle)) {
      expect(typeof row.void === "string").toBe(status === "signed");
      expect(typeof row.restore === "string").toBe(status === "voided");
    }
  });

  test("confirms an appointment only from scheduled, and every reschedule asks again", () => {
    for (const [status, { confirm, reschedule }] of Object.entries(appointmentLifecycle)) {
      expect(confirm === "confirmed").toBe(status === "scheduled");
      if (typeof reschedule === "string") expect(reschedule).toBe("scheduled");
    }
  });

  test("lets nothing but a change and its milestones touch a complete install", () => {
    const { complete } = installLifecycle;
    const allowed = Object.entries(complete).filter(([, cell]) => typeof cell === "string");

    expect(allowed).toEqual([
      ["change", "complete"],
      ["build", "complete"],
    ]);
  });
});
