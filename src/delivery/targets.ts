import type { EgressGuard } from "./egress.ts";

/** Where a request goes, read out of its URL. */
export interface Target {
  readonly origin: string;
  readonly path: string;
}

/** URLs whose judgement is remembered: what a URL's text says of it does not change. */
const keptUrls = 10_000;

/** Judges URLs, each once. */
export function createTargets(guard: Pick<EgressGuard, "checkUrl">): {
  /** @returns null when the URL is refused. */
  of(url: string): Target | null;
} {
  const known = new Map<string, Target | null>();

  function judge(url: string): Target | null {
    if (!guard.checkUrl(url).ok) return null;
    const { origin, pathname, search } = new URL(url);
    return { origin, path: pathname + search };
  }

  return {
    of(url) {
      const kept = known.get(url);
      if (kept !== undefined) return kept;
      const target = judge(url);
      if (known.size >= keptUrls) known.clear();
      known.set(url, target);
      return target;
    },
  };
}
