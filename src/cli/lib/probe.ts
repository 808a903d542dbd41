/** How long the service may take to say that it is there, in milliseconds. */
const patienceMs = 10_000;

/** What a service says of itself without a key. */
export interface Probe {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  /** How far its clock is ahead of this one, to the second; null when it does not say. */
  readonly skewSeconds: number | null;
}

/** Asks one of the addresses that are for whoever watches the service. @throws {TypeError} when nobody is there. */
export async function probe(url: string, path: "/healthz" | "/readyz"): Promise<Probe> {
  const sentMs = Date.now();
  const answer = await fetch(`${url}${path}`, { signal: AbortSignal.timeout(patienceMs) }).catch(
    (error: unknown) => {
      if (error instanceof Error && error.name === "TimeoutError") {
        throw new TypeError("fetch failed", {
          cause: new Error(`no answer within ${patienceMs / 1_000} s`),
        });
      }
      throw error;
    },
  );
  const text = await answer.text();
  const middleMs = (sentMs + Date.now()) / 2;
  const date = Date.parse(answer.headers.get("date") ?? "");
  return {
    status: answer.status,
    body: parsed(text),
    // The header has whole seconds, so that half a second more is as likely as none.
    skewSeconds: Number.isNaN(date) ? null : Math.round((date + 500 - middleMs) / 1_000),
  };
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
