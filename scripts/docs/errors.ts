import { errors } from "../../src/contract/errors.ts";
import { operation, operationNames } from "../../src/contract/operations.ts";
import { errorCodes, Problem, problemExample, ruleNames } from "../../src/contract/problem.ts";
import { rules, type RuleName } from "../../src/contract/rules.ts";
import { fieldsOf } from "./fields.ts";
import { anchor, code, jsonBlock, page, table } from "./markdown.ts";
import { tagFile } from "./operations.ts";

/** `errors.md`: every code and every rule. */
export function errorsPage(): string {
  const fields = fieldsOf(Problem).map(({ path, type, meta }) => [
    code(path),
    type,
    meta.description ?? "",
  ]);
  return page(
    "# Errors",
    "A failed request answers with `application/problem+json` (RFC 9457). Read `code`: the list is closed, and codes are added but never renamed. A request that failed has changed nothing.",
    table(["Field", "Type", "What it says"], fields),
    jsonBlock(problemExample("invalid")),
    "## Codes",
    table(
      ["Code", "Status", "Means"],
      errorCodes.map((name) => [code(name), String(errors[name].status), errors[name].summary]),
    ),
    "## Rules",
    "With the code `rule` the flow itself says no; `rule` names what does not hold.",
    table(
      ["Rule", "What must hold", "Can refuse"],
      ruleNames.map((name) => [code(name), rules[name], callsWith(name)]),
    ),
    jsonBlock(problemExample("rule")),
  );
}

const callsWith = (rule: RuleName) =>
  operationNames
    .filter((name) => operation(name).rules.includes(rule))
    .map((name) => `[${name}](${tagFile(operation(name).tag)}#${anchor(name)})`)
    .join(", ");
