import type { Pair } from "../service.ts";
import type { RuleSetting } from "./ruleCase.ts";

const row = (line: number) => ({ line, values: { external_id: `L-${line}` } });

/** An import, and another one in its place when it is at its end. */
async function givenImport({ sales }: Pair) {
  const begin = () => sales.imports.create({ name: "leads.csv", system: "crm", events: "told" });
  let { id } = await begin();
  return {
    current: () => id,
    async another() {
      ({ id } = await begin());
    },
  };
}

/** Mended by beginning another import, because the first one is at its end. */
const finished = (act: (pair: Pair, id: string) => Promise<unknown>): RuleSetting => ({
  async arrange(pair) {
    const { current, another } = await givenImport(pair);
    await pair.sales.imports.finish({ id: current() });
    return { attempt: () => act(pair, current()), mend: another };
  },
});

/** Cases of the rules of imports, by `operation rule`. */
export const importCases: Readonly<Record<string, RuleSetting>> = {
  "takeImportRows import_open": finished(({ sales }, id) =>
    sales.importRows.take({ id, after_line: 0, rows: [row(1)] }),
  ),
  "finishImport import_open": finished(({ sales }, id) => sales.imports.finish({ id })),
  "takeImportRows import_in_order": {
    async arrange(pair) {
      const { current } = await givenImport(pair);
      const take = (after_line: number) =>
        pair.sales.importRows.take({ id: current(), after_line, rows: [row(after_line + 1)] });
      return { attempt: () => take(1), mend: () => take(0) };
    },
  },
};
