import { operation, operationNames } from "../src/contract/operations.ts";

/** Who gets the table in place of the contract: what makes calls, and what tells who may make them. */
const slimmed = /\/(src\/sdk\/client|console\/src\/rights)\.ts$/;

/**
 * A plugin of Vite and Rolldown: what the client needs of the contract to make a call or to say why it cannot be made,
 * computed from it. The schemas would more than double what a browser loads before the first page, and what the program on
 * the terminal reads before its first word. Whoever needs the contract itself takes it when it is needed.
 */
export function slimOperations() {
  const id = "\0operations";
  const names = (schema: unknown) =>
    Object.fromEntries(
      Object.keys((schema as { shape?: object }).shape ?? {}).map((name) => [name, true]),
    );
  const table = Object.fromEntries(
    operationNames.map((name) => {
      const { method, path, params, query, bodyKind, answerKind, callers, scope } = operation(name);
      const shapes = { params: { shape: names(params) }, query: { shape: names(query) } };
      return [name, { method, path, bodyKind, answerKind, callers, scope, ...shapes }];
    }),
  );
  return {
    name: "slim-operations",
    enforce: "pre" as const,
    resolveId: (source: string, importer: string | undefined) =>
      source.endsWith("contract/operations.ts") && slimmed.test(importer ?? "") ? id : undefined,
    load: (asked: string) =>
      asked === id
        ? `export const operations = ${JSON.stringify(table)};
export const operationNames = Object.keys(operations);
export const operation = (name) => operations[name];`
        : undefined,
  };
}
