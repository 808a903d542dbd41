/** A value of JSON. */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [name: string]: Json };

/** The way to a value inside a body: names and indices. */
export type Place = readonly string[];

/** Every place inside a body, with what stands there; the body itself is left out. */
export function placesIn(body: Json): (readonly [Place, Json])[] {
  return [...walk(body, [])];
}

function* walk(body: Json, at: Place): Generator<readonly [Place, Json]> {
  if (typeof body !== "object" || body === null) return;
  for (const [name, value] of Object.entries(body)) {
    const here = [...at, name];
    yield [here, value];
    yield* walk(value, here);
  }
}

/** A copy of a body with another value at a place. */
export function replaced(body: Json, [name, ...rest]: Place, value: Json): Json {
  if (name === undefined) return value;
  if (Array.isArray(body)) {
    return body.map((item: Json, index) =>
      String(index) === name ? replaced(item, rest, value) : item,
    );
  }
  const fields = body as { readonly [name: string]: Json };
  return { ...fields, [name]: replaced(fields[name] ?? null, rest, value) };
}

/** A copy without a field. */
export function without(body: Readonly<Record<string, Json>>, field: string): Json {
  return Object.fromEntries(Object.entries(body).filter(([name]) => name !== field));
}
