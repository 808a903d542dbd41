import { z } from "zod";
import type { Party } from "./meta.ts";
import type { RuleName } from "./rules.ts";
import type { Scope } from "./scopes.ts";
import type { SectionName } from "./sections.ts";

/** Who may call: the operator of the installation, organizations by role, or whoever holds a link. */
export type CallerRole = "operator" | Party | "guest";

/** One call of the REST API, as data. */
export interface Operation<
  Params extends z.ZodType = z.ZodType,
  Query extends z.ZodType = z.ZodType,
  Body extends z.ZodType = z.ZodType,
  Answer extends z.ZodType = z.ZodType,
> {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Path under `/v1`, with `{name}` for parameters. */
  readonly path: string;
  /** Section of the reference. */
  readonly tag: SectionName;
  readonly summary: string;
  /** What to know beyond the summary. */
  readonly description?: string;
  /** Who may call; empty when no key is needed. */
  readonly callers: readonly CallerRole[];
  /** Scope that an organization's key needs; null when any key will do, or none is needed. */
  readonly scope: Scope | null;
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  /** How the body comes, or that there is none. `bytes`: as anything, read by the handler once it knows for whom. */
  readonly bodyKind: "none" | "json" | "optional_json" | "multipart" | "raw_json" | "bytes";
  readonly answer: Answer;
  readonly answerKind: "json" | "empty" | "content" | "event_stream" | "text" | "pdf" | "bytes";
  readonly status: 200 | 201 | 204;
  /** Rules that may refuse it with 409. */
  readonly rules: readonly RuleName[];
  /** Whether `If-Match` is compared with the version of the record that the path names. */
  readonly versioned: boolean;
}

const nothing = z.strictObject({});
type Nothing = typeof nothing;

interface Declared {
  readonly path: string;
  readonly summary: string;
  readonly description?: string;
  readonly rules?: readonly RuleName[];
  readonly callers?: readonly CallerRole[];
  readonly scope?: Scope | null;
  readonly params?: z.ZodType;
  readonly query?: z.ZodType;
  readonly body?: z.ZodType;
  readonly bodyKind?: Operation["bodyKind"];
  readonly answer?: z.ZodType;
  readonly answerKind?: Operation["answerKind"];
  readonly status?: Operation["status"];
  readonly versioned?: boolean;
}
type Part<D extends Declared, K extends keyof Declared> = D[K] extends z.ZodType ? D[K] : Nothing;
type Kind<D extends Declared, K extends "bodyKind" | "answerKind", Usual> = D[K] extends string
  ? D[K]
  : Usual;
type Complete<D extends Declared> = Operation<
  Part<D, "params">,
  Part<D, "query">,
  Part<D, "body">,
  Part<D, "answer">
> & {
  readonly bodyKind: Kind<D, "bodyKind", "none" | "json">;
  readonly answerKind: Kind<D, "answerKind", "json" | "empty">;
};

/**
 * Declares operations of one section. What is left out has the usual value: both parties may call, a GET needs
 * `read`, everything else `write`, a body is JSON, a creation answers 201.
 */
export const section = (tag: SectionName, read: Scope, write: Scope) => {
  const complete =
    (method: Operation["method"], defaults: Partial<Operation>) =>
    <const D extends Declared>(declared: D): Complete<D> =>
      ({
        method,
        tag,
        callers: ["sales_org", "epc"],
        scope: method === "GET" ? read : write,
        params: nothing,
        query: nothing,
        body: nothing,
        bodyKind: declared.body ? "json" : "none",
        answer: nothing,
        answerKind: declared.answer ? "json" : "empty",
        status: declared.answer ? 200 : 204,
        rules: [],
        versioned: false,
        ...defaults,
        ...declared,
      }) as unknown as Complete<D>;
  return {
    get: complete("GET", {}),
    create: complete("POST", { status: 201 }),
    /** A command on the record in the path. */
    command: complete("POST", { versioned: true }),
    patch: complete("PATCH", { versioned: true }),
    put: complete("PUT", {}),
    remove: complete("DELETE", { versioned: true }),
  };
};

/**
 * A whole number in a query, written in digits, as text is all that a query holds. Other numbers are read too, so that
 * the refusal says what is wrong with them.
 */
export const queryNumber = ({ min = 0, max }: { min?: number; max?: number } = {}) =>
  z.preprocess(
    (given) =>
      typeof given === "string" && /^-?\d{1,16}(\.\d{1,16})?$/.test(given) ? Number(given) : given,
    max === undefined ? z.int().min(min) : z.int().min(min).max(max),
  );

const limit = queryNumber({ min: 1, max: 200 })
  .default(50)
  .meta({ description: "How many at most.", unit: "count", example: 50 });

/** Query of every list: pages in the order of creation. */
export const pageQuery = z.strictObject({
  limit,
  after: z
    .string()
    .regex(/^[a-z]{3}_[0-7][0-9a-hjkmnp-tv-z]{25}$/, { error: "Must be `next` of a page" })
    .meta({ description: "`next` of the page before.", example: "cus_01kb8x3f5wemztqk0k6y2v9d4a" })
    .optional(),
});

/** Answer of every list. */
export const pageOf = <S extends z.ZodType>(item: S) =>
  z.object({
    data: z.array(item).meta({ description: "The records of this page." }),
    next: z.string().nullable().meta({
      description: "Give it as `after` for the next page; null when there is none.",
      example: null,
    }),
  });
