import { z } from "zod";
import { metaOf } from "../../src/contract/meta.ts";
import { settings } from "../../src/contract/settings.ts";
import { code, page, table } from "./markdown.ts";

/** `settings.md`: every environment variable. */
export function settingsPage(): string {
  const rows = Object.entries(settings.shape as z.core.$ZodShape).map(([name, field]) => {
    const { description = "", takes = "", example } = metaOf(field);
    return [
      code(name),
      description,
      takes,
      defaultText(field),
      typeof example === "string" ? code(example) : "",
    ];
  });
  return page(
    "# Settings",
    "Heliograph is set up by environment variables, read once at the start. All may be left out; an empty one counts as left out. A wrong value stops the start with a message that names every wrong setting; a name that begins with `HELIOGRAPH_` and is none of these is told at the start.",
    table(["Setting", "What it does", "Takes", "Default", "Example"], rows),
  );
}

function defaultText(field: z.core.$ZodType): string {
  if (field instanceof z.ZodDefault) {
    const value: unknown = field.def.defaultValue;
    return code(Array.isArray(value) ? value.join(",") : String(value));
  }
  return metaOf(field).otherwise ?? "";
}
