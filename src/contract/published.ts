import { eventDefinition, eventExample, eventTypes } from "./catalogue.ts";
import { schemaPath } from "./schemas.ts";

/** The events as they are published: what each means, who gets it, where its schema is, and a worked example. */
export const publishedEvents = () =>
  eventTypes.map((type) => {
    const { label, trigger, audience } = eventDefinition(type);
    const [role = "sales_org"] = audience;
    return {
      type,
      label,
      trigger,
      audience: [...audience],
      schema: schemaPath(type),
      example: eventExample(type, role),
    };
  });
