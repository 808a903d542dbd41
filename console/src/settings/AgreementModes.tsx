import type { FormField } from "../forms/schema.ts";
import { inWords } from "../ui/Tag.tsx";

interface AgreementModesProps {
  readonly mode: string;
  /** The contract's word on the setting. */
  readonly field: FormField;
}

/** The steps from a contract to its install, up to the one that makes it; those beyond are drawn but not waited for. */
export function AgreementModes({ mode, field }: AgreementModesProps) {
  const modes = field.control.kind === "choice" ? field.control.options : [mode];
  const meanings = meaningsOf(field.description, modes.length);
  const at = modes.indexOf(mode);
  return (
    <ol aria-label="What makes the install">
      {modes.map((each, position) => (
        <li
          key={each}
          aria-current={position === at ? "true" : undefined}
          className={`relative pb-3 pl-9 last:pb-0 ${position > at ? "text-ink-3" : ""}`}
        >
          <Wires
            isReached={position <= at}
            isEnd={position === at}
            hasBefore={position > 0}
            hasAfter={position < modes.length - 1}
          />
          <span className="block">
            <span className={position === at ? "font-[620]" : ""}>{inWords(each)}</span>
            {position === at && <span className="text-ok"> makes the install</span>}
            {meanings && (
              <span className="block text-12 text-ink-3">{inWords(meanings[position] ?? "")}</span>
            )}
          </span>
        </li>
      ))}
    </ol>
  );
}

interface WiresProps {
  readonly isReached: boolean;
  readonly isEnd: boolean;
  readonly hasBefore: boolean;
  readonly hasAfter: boolean;
}

/** One step's part of the drawing: the line down to where it lands, and out to the install where it ends. */
function Wires({ isReached, isEnd, hasBefore, hasAfter }: WiresProps) {
  const down = isReached && !isEnd ? "bg-ink" : "bg-line-2";
  return (
    <span aria-hidden>
      {hasBefore && (
        <span
          className={`absolute top-0 left-[5px] h-2.5 w-0.5 ${isReached ? "bg-ink" : "bg-line-2"}`}
        />
      )}
      {hasAfter && <span className={`absolute top-2.5 bottom-0 left-[5px] w-0.5 ${down}`} />}
      {isEnd && <span className="absolute top-[9px] left-1.5 h-0.5 w-[22px] bg-ok" />}
      {isEnd && <span className="absolute top-[7px] left-[22px] size-1.5 rounded-full bg-ok" />}
      <span
        className={`absolute top-[5px] left-[1px] size-2.5 rounded-full ${isReached ? "bg-ink" : "bg-line-2"}`}
      />
    </span>
  );
}

/** The contract says the modes in one sentence, one part each. When it does so no more, the sentence stands alone. */
function meaningsOf(description: string, count: number): readonly string[] | undefined {
  const [, list = ""] = description.replace(/\.$/, "").split(": ");
  const parts = list.split(/, (?:or )?/);
  return parts.length === count ? parts : undefined;
}
