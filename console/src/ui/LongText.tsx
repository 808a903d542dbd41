import { useState } from "react";

interface LongTextProps {
  readonly text: string;
  /** Looks of the paragraph. */
  readonly className?: string;
}

/** Beyond these a text is folded: about six lines of a panel. */
const foldedCharacters = 480;
const foldedLines = 8;

/** What somebody wrote, as it was written. A long one is folded, and unfolds whole. */
export function LongText({ text, className = "" }: LongTextProps) {
  const [isWhole, setWhole] = useState(false);
  const isLong = text.length > foldedCharacters || text.split("\n").length > foldedLines;
  return (
    <>
      <p
        dir="auto"
        className={`break-words whitespace-pre-wrap ${isLong && !isWhole ? "line-clamp-6" : ""} ${className}`}
      >
        {text}
      </p>
      {isLong && (
        <button
          type="button"
          aria-expanded={isWhole}
          onClick={() => setWhole(!isWhole)}
          className="justify-self-start text-12 text-cell hover:underline pointer-coarse:py-2.5"
        >
          {isWhole ? "Show less" : "Show all of it"}
        </button>
      )}
    </>
  );
}
