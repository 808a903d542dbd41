import { X } from "lucide-react";
import { useCallback, useEffect, useState, type ReactNode } from "react";
import { rules } from "../../../src/contract/rules.ts";
import { ruleOf, wordsOf } from "../api.ts";
import { Button } from "./Button.tsx";

/** What came of something that was done on a page of many records. */
export interface NoticeOf {
  readonly kind: "done" | "refused";
  readonly text: ReactNode;
  /** Takes it back. */
  readonly undo?: () => void;
}

/** How long what was done is told, in milliseconds; a refusal stays until it is read. */
const toldMs = 10_000;

/** The one notice of a page: the newest takes the place of the one before. */
export function useNotice() {
  const [notice, setNotice] = useState<NoticeOf>();
  const clear = useCallback(() => setNotice(undefined), []);
  useEffect(() => {
    if (notice?.kind !== "done") return undefined;
    const timer = setTimeout(clear, toldMs);
    return () => clearTimeout(timer);
  }, [notice, clear]);
  return { notice, tell: setNotice, clear };
}

interface NoticeProps {
  readonly notice: NoticeOf | undefined;
  readonly onClose: () => void;
}

/** Floats over the page's foot. The regions are always there, so that screen readers hear what is put in them. */
export function Notice({ notice, onClose }: NoticeProps) {
  const body = notice && (
    <div
      className={`pointer-events-auto flex max-w-[560px] items-center gap-3 rounded-panel border bg-surface py-2 pr-2 pl-4 text-ink shadow-float ${notice.kind === "refused" ? "border-fail" : "border-line"}`}
    >
      <span className="min-w-0 break-words">{notice.text}</span>
      {notice.undo && (
        <Button
          small
          onClick={() => {
            notice.undo?.();
            onClose();
          }}
        >
          Undo
        </Button>
      )}
      <button
        type="button"
        aria-label="Close the notice"
        onClick={onClose}
        className="inline-flex size-7 shrink-0 items-center justify-center rounded-control text-ink-3 hover:bg-sunken"
      >
        <X size={14} aria-hidden />
      </button>
    </div>
  );
  return (
    <div className="pointer-events-none fixed inset-x-3 bottom-4 z-40 flex justify-center">
      <div role="status">{notice?.kind === "done" && body}</div>
      <div role="alert">{notice?.kind === "refused" && body}</div>
    </div>
  );
}

/** A refusal in words: what was found, and the rule that must hold. */
export function Refusal({ what, error }: { readonly what: string; readonly error: unknown }) {
  const rule = ruleOf(error);
  const sentence = rule === undefined ? undefined : rules[rule as keyof typeof rules];
  return (
    <>
      <span className="block font-[600]" dir="auto">
        {what}
      </span>
      <span className="block">
        {sentence === undefined ? wordsOf(error) : ended(wordsOf(error))}
      </span>
      {sentence !== undefined && (
        <span className="block text-12 text-ink-2">The rule: {sentence.replaceAll("`", "")}</span>
      )}
    </>
  );
}

const ended = (sentence: string) => (/[.!?]$/.test(sentence) ? sentence : `${sentence}.`);
