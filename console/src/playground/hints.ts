/** A JSON Schema, as far as hints need it. */
export interface HintSchema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly format?: string;
  readonly properties?: Readonly<Record<string, HintSchema>>;
  readonly items?: HintSchema;
  readonly additionalProperties?: HintSchema | boolean;
  readonly anyOf?: readonly HintSchema[];
  readonly oneOf?: readonly HintSchema[];
  readonly $defs?: Readonly<Record<string, HintSchema>>;
  readonly "x-unit"?: string;
}

/** A step into a JSON text: a name, or a position in a list. */
type Step = string | number;

/** The path of what stands at a place in a JSON text, whether or not the text is whole. */
export function pathAt(text: string, caret: number): readonly Step[] {
  const path: Step[] = [];
  /** Whether the next text of each open object is a name. */
  const expectsName: boolean[] = [];
  let at = 0;
  while (at < caret && at < text.length) {
    const sign = text[at];
    if (sign === '"') {
      const end = endOfText(text, at);
      if (expectsName.at(-1) === true) path[path.length - 1] = text.slice(at + 1, end);
      at = end + 1;
      continue;
    }
    if (sign === "{") {
      path.push("");
      expectsName.push(true);
    } else if (sign === "[") {
      path.push(0);
      expectsName.push(false);
    } else if (sign === "}" || sign === "]") {
      path.pop();
      expectsName.pop();
    } else if (sign === ":") {
      expectsName[expectsName.length - 1] = false;
    } else if (sign === ",") {
      const last = path.at(-1);
      if (typeof last === "number") path[path.length - 1] = last + 1;
      else expectsName[expectsName.length - 1] = true;
    }
    at += 1;
  }
  return path.filter((step) => step !== "");
}

/** Where a text in quotes ends. */
function endOfText(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
  return at;
}

/** What the schema says of a place. */
export function schemaAt(root: HintSchema, path: readonly Step[]): HintSchema | null {
  let found: HintSchema | null = root;
  for (const step of path) {
    found = found && stepInto(root, found, step);
  }
  return found && resolved(root, found);
}

function stepInto(root: HintSchema, schema: HintSchema, step: Step): HintSchema | null {
  const here = resolved(root, schema);
  if (typeof step === "number" && here.items) return here.items;
  const named = here.properties?.[String(step)];
  if (named) return named;
  for (const option of [...(here.anyOf ?? []), ...(here.oneOf ?? [])]) {
    const inside = stepInto(root, option, step);
    if (inside) return inside;
  }
  return typeof here.additionalProperties === "object" ? here.additionalProperties : null;
}

/** What a reference means; what is said beside it goes before. */
function resolved(root: HintSchema, schema: HintSchema): HintSchema {
  const { $ref, ...own } = schema;
  const meant = $ref === undefined ? undefined : root.$defs?.[$ref.split("/").at(-1) ?? ""];
  return meant ? { ...resolved(root, meant), ...own } : own;
}

/** The kind of value in words. */
export function typeWords(root: HintSchema, schema: HintSchema): string {
  const here = resolved(root, schema);
  if (here.const !== undefined) return `always ${JSON.stringify(here.const)}`;
  if (here.enum) return `one of ${here.enum.map((each) => JSON.stringify(each)).join(", ")}`;
  const options = [...(here.anyOf ?? []), ...(here.oneOf ?? [])];
  if (options.length > 0) return options.map((each) => typeWords(root, each)).join(" or ");
  const kinds = [here.type ?? "any value"].flat().join(" or ");
  return here.format === undefined ? kinds : `${kinds} (${here.format})`;
}

/** The fields right inside a place, with what they are. */
export function fieldsIn(root: HintSchema, schema: HintSchema): readonly [string, HintSchema][] {
  const here = resolved(root, schema);
  if (here.properties) {
    return Object.entries(here.properties).map(([name, field]) => [name, resolved(root, field)]);
  }
  if (here.items) return fieldsIn(root, here.items);
  for (const option of [...(here.anyOf ?? []), ...(here.oneOf ?? [])]) {
    const inside = fieldsIn(root, option);
    if (inside.length > 0) return inside;
  }
  return [];
}
