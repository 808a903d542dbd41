import { Link } from "@tanstack/react-router";
import { wordsOf } from "../api.ts";
import { Button } from "../ui/Button.tsx";
import { Circuit } from "../ui/Circuit.tsx";

/** Shown in place of a page that failed. */
export function Broken({ error }: { readonly error: unknown }) {
  return (
    <main className="flex min-h-full flex-col items-center justify-center gap-4 p-8 text-center">
      <Circuit fate="failed" width={46} />
      <h1 className="text-22">This page could not be shown</h1>
      <p className="max-w-[60ch] text-ink-2">{wordsOf(error, "reading")}</p>
      <Button onClick={() => window.location.reload()}>Load it again</Button>
    </main>
  );
}

/** Shown for an address that leads nowhere. */
export function Lost() {
  return (
    <main className="flex min-h-full flex-col items-center justify-center gap-4 p-8 text-center">
      <Circuit fate="none" width={46} />
      <h1 className="text-22">There is no such page</h1>
      <Link to="/" className="text-cell underline">
        Go to the overview
      </Link>
    </main>
  );
}
