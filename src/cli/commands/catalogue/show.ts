import type { EventType } from "../../../contract/catalogue.ts";
import type { Command } from "../../command.ts";
import { catalogue, requireEventType } from "../../lib/names.ts";

export const catalogueShow: Command = {
  name: "catalogue show",
  summary: "Show an event: when it fires, who gets it, and what it holds",
  arguments: [{ name: "event", about: "its name", completes: "events" }],
  options: [
    { flags: "--schema", about: "its JSON Schema" },
    { flags: "--sample", about: "a worked example of its body" },
    { flags: "--types <language>", about: "its type: ts" },
  ],
  answers: "{type, label, trigger, audience, schema_version}; else what was asked for",
  examples: [
    "catalogue show new_install",
    "catalogue show new_install --sample",
    "catalogue show new_install --types ts",
  ],
  async run(context, given) {
    const type = await requireEventType(given.word(0));
    const { terminal, isJson } = context;
    const json = (value: unknown) => terminal.out(JSON.stringify(value, null, isJson ? 0 : 2));
    const { eventDefinition, eventExample } = await catalogue();
    const { label, trigger, audience, schemaVersion } = eventDefinition(type);
    const [role = "sales_org"] = audience;
    if (given.isOn("schema")) return json(await schemaOf(type));
    if (given.isOn("sample")) return json(eventExample(type, role));
    if (given.choice("types", ["ts"]) !== undefined) {
      const { typescriptOf } = await import("../../lib/typescript.ts");
      return terminal.out(typescriptOf(type, await schemaOf(type)));
    }
    if (isJson) return json({ type, label, trigger, audience, schema_version: schemaVersion });
    terminal.out(`${terminal.colors.strong(type)}  ${label}`);
    terminal.out(trigger);
    terminal.out(`For ${audience.join(" and ")}`);
    terminal.say("--schema, --sample and --types ts show what it holds");
  },
};

const schemaOf = async (type: EventType) =>
  (await import("../../../contract/schemas.ts")).eventSchema(type);
