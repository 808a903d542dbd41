/** Of a document, what is looked at here. */
export interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Call>>>>;
}

interface Call {
  readonly parameters?: readonly Parameter[];
}

interface Parameter {
  readonly required?: boolean;
  readonly example?: unknown;
}

/**
 * The document as it is good to try calls with. They go to where the page is from, whatever the service calls itself: the
 * policy lets them go nowhere else. What need not be given is offered with its example, but not sent unasked: with the
 * example of an Idempotency-Key the second call that one tries would be refused.
 */
export const forTrying = <Document extends OpenApi>(document: Document, origin: string) => ({
  ...document,
  servers: [{ url: origin }],
  externalDocs: { url: `${origin}/docs`, description: "Guide" },
  paths: mapped(document.paths, (calls) => mapped(calls, withoutGuesses)),
});

const withoutGuesses = (call: Call): Call =>
  call.parameters ? { ...call, parameters: call.parameters.map(offered) } : call;

function offered({ example, ...parameter }: Parameter): object {
  if (parameter.required === true || example === undefined) return { ...parameter, example };
  return { ...parameter, examples: { default: { value: example, "x-disabled": true } } };
}

const mapped = <Value, Made>(of: Readonly<Record<string, Value>>, make: (value: Value) => Made) =>
  Object.fromEntries(Object.entries(of).map(([name, value]) => [name, make(value)]));
