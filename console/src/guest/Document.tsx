import type { DocumentContent } from "../../../src/contract/resources/link.ts";
import { Card } from "./Frame.tsx";

/** What a document says, as a phone shows it well; the PDF says the same. */
export function Document({ sections }: Pick<DocumentContent, "sections">) {
  return (
    <>
      {sections.map(({ heading, lines, paragraphs }) => (
        <Card key={heading}>
          <h2 className="mb-2 break-words" dir="auto">
            {heading}
          </h2>
          {lines.length > 0 && (
            <dl className="grid gap-2">
              {lines.map(({ label, value }) => (
                <div key={label} className="grid gap-x-4 sm:grid-cols-[180px_minmax(0,1fr)]">
                  <dt className="text-13 text-ink-2">{label}</dt>
                  <dd className="font-[560] break-words" dir="auto">
                    {value}
                  </dd>
                </div>
              ))}
            </dl>
          )}
          {paragraphs.map((paragraph) => (
            <p key={paragraph} className="mt-2 break-words whitespace-pre-line" dir="auto">
              {paragraph}
            </p>
          ))}
        </Card>
      ))}
    </>
  );
}
