import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The family comes in files of some scripts each; text is set in the first file that has its characters. */
const subsets = ["latin", "latin-ext", "vietnamese", "greek", "cyrillic"] as const;
const faces = { plain: "400-normal", strong: "600-normal", script: "400-italic" } as const;

/** How a text looks: `script` is for typed signatures. */
export type Face = keyof typeof faces;

const family = "@fontsource/noto-sans";
const fileOf = (name: string) => fileURLToPath(import.meta.resolve(`${family}/${name}`));

/** Every font by the name under which documents use it, and its file. */
export const fonts: readonly (readonly [name: string, file: string])[] = (
  Object.keys(faces) as Face[]
).flatMap((face) =>
  subsets.map(
    (subset) =>
      [fontName(face, subset), fileOf(`files/noto-sans-${subset}-${faces[face]}.woff`)] as const,
  ),
);

function fontName(face: Face, subset: (typeof subsets)[number]): string {
  return `${face} ${subset}`;
}

/** A part of a text with the font it is set in. */
interface Run {
  readonly font: string;
  text: string;
}

/** Parts a text by font. A character that no font has is set in the first one, as an empty box. */
export function runsOf(face: Face, text: string): readonly Run[] {
  const runs: Run[] = [];
  for (const character of text) {
    const previous = runs.at(-1);
    const isBlank = character === " " || character === "\n";
    const font = isBlank && previous ? previous.font : fontName(face, subsetOf(character));
    if (previous?.font === font) previous.text += character;
    else runs.push({ font, text: character });
  }
  return runs;
}

const subsetOf = (character: string): (typeof subsets)[number] => {
  const code = character.codePointAt(0) ?? 0;
  const has = ([first, last]: readonly [number, number]) => first <= code && code <= last;
  return subsets.find((subset) => ranges()[subset]?.some(has)) ?? "latin";
};

type Ranges = Readonly<Record<string, readonly (readonly [number, number])[]>>;
let known: Ranges | undefined;

/** Which characters each file has, as the package says: `U+0370-0377,U+037A`. */
function ranges(): Ranges {
  known ??= Object.fromEntries(
    Object.entries(JSON.parse(readFileSync(fileOf("unicode.json"), "utf8")) as object).map(
      ([subset, text]) => [
        subset,
        String(text)
          .split(",")
          .map((range) => {
            const [first = "", last = first] = range.replace("U+", "").split("-");
            return [Number.parseInt(first, 16), Number.parseInt(last, 16)] as const;
          }),
      ],
    ),
  );
  return known;
}
