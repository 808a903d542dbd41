import { Dialog as Base } from "@base-ui/react/dialog";
import { useQuery } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { useDeferredValue, useState, type KeyboardEvent } from "react";
import { api } from "../api.ts";
import { useSession } from "../session.ts";
import { placesOf } from "./places.ts";

interface Hit {
  readonly key: string;
  readonly kind: string;
  readonly label: string;
  /** Address within the console. */
  readonly href: string;
}

/** Everything by its name: pages, customers' deals, endpoints, and ids that were pasted. */
export function CommandMenu({
  open,
  onClose,
}: {
  readonly open: boolean;
  readonly onClose: () => void;
}) {
  return (
    <Base.Root open={open} onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-40 bg-[rgb(7_13_22/0.45)]" />
        <Base.Popup className="fixed top-[12vh] left-1/2 z-50 w-[calc(100vw-24px)] max-w-[560px] -translate-x-1/2 overflow-hidden rounded-panel bg-surface shadow-float">
          <Base.Title className="sr-only">Find</Base.Title>
          <Finder onDone={onClose} />
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}

function Finder({ onDone }: { readonly onDone: () => void }) {
  const router = useRouter();
  const [words, setWords] = useState("");
  const [at, setAt] = useState(0);
  const hits = useHits(useDeferredValue(words.trim()));
  const chosen = Math.min(at, hits.length - 1);
  const go = (hit: Hit | undefined) => {
    if (!hit) return;
    onDone();
    router.history.push(hit.href);
  };
  const move = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      setAt((chosen + step + hits.length) % Math.max(1, hits.length));
    } else if (event.key === "Enter") go(hits[chosen]);
  };
  return (
    <>
      <input
        role="combobox"
        aria-label="Find a page, deal, event or endpoint"
        aria-expanded
        aria-controls="finder-hits"
        aria-activedescendant={hits[chosen] ? `hit-${chosen}` : undefined}
        autoFocus
        value={words}
        onChange={(event) => {
          setWords(event.target.value);
          setAt(0);
        }}
        onKeyDown={move}
        placeholder="Name, street, page, endpoint, or an id"
        className="h-12 w-full border-b border-line bg-transparent px-4 text-15 outline-none"
      />
      <ul
        id="finder-hits"
        role="listbox"
        aria-label="Found"
        className="max-h-[50vh] overflow-y-auto p-1.5"
      >
        {hits.map((hit, position) => (
          <li
            key={hit.key}
            id={`hit-${position}`}
            role="option"
            aria-selected={position === chosen}
            onClick={() => go(hit)}
            onMouseMove={() => setAt(position)}
            className="flex cursor-pointer items-center gap-3 rounded-control px-2.5 py-1.5 aria-selected:bg-cell-tint"
          >
            <span className="w-20 shrink-0 text-12 text-ink-3">{hit.kind}</span>
            <span className="truncate" dir="auto">
              {hit.label}
            </span>
          </li>
        ))}
        {hits.length === 0 && <li className="px-3 py-6 text-center text-ink-3">Nothing found</li>}
      </ul>
    </>
  );
}

/** Where an id leads, by its prefix. */
const byPrefix: Readonly<Record<string, readonly [kind: string, path: string]>> = {
  srv: ["Deal", "/deals/"],
  cus: ["Customer", "/customers/"],
  end: ["Endpoint", "/endpoints/"],
  evt: ["Event", "/events?event="],
};

function useHits(words: string): readonly Hit[] {
  const session = useSession();
  const isOrganization = session.organization !== null;
  const deals = useQuery({
    queryKey: ["flow", "find", words],
    queryFn: () => api.surveys.search({ q: words, limit: 8 }),
    enabled: words.length > 1 && isOrganization && !words.includes("_"),
  });
  const endpoints = useQuery({
    queryKey: ["endpoints", "find"],
    queryFn: () => api.endpoints.list({ limit: 200 }),
    enabled: isOrganization && session.scopes.includes("endpoints:read"),
  });
  const wanted = words.toLowerCase();
  const fits = (text: string) => text.toLowerCase().includes(wanted);
  const known = byPrefix[/^([a-z]{3})_[0-9a-z]{26}$/.exec(words)?.[1] ?? ""];
  return [
    ...(known ? [{ key: words, kind: known[0], label: words, href: `${known[1]}${words}` }] : []),
    ...placesOf(session)
      .filter(({ label }) => fits(label))
      .map(({ to, label }) => ({ key: to, kind: "Page", label, href: to })),
    ...(deals.data?.data ?? []).map(({ id, customer, title }) => ({
      key: id,
      kind: "Deal",
      label: `${customer.first_name} ${customer.last_name}${title ? `, ${title}` : ""}`,
      href: `/deals/${id}`,
    })),
    ...(wanted === "" ? [] : (endpoints.data?.data ?? []))
      .filter(({ url, description }) => fits(`${url} ${description ?? ""}`))
      .map(({ id, url, description }) => ({
        key: id,
        kind: "Endpoint",
        label: description ?? url,
        href: `/endpoints/${id}`,
      })),
  ].slice(0, 20);
}
