import type { OperationInput } from "../contract/operations.ts";
import type { Import } from "../contract/resources/import.ts";
import type { Context } from "../flow/context.ts";
import { createImport as begin } from "../flow/imports.ts";
import type { Services } from "./services.ts";

/** Begins an import. One that tells nobody leaves its mark in the log, as its customers come without any event. */
export async function createImport(
  context: Context,
  input: OperationInput<"createImport">,
  { services: { log } }: { services: Services },
): Promise<Import> {
  const made = await begin(context, input);
  if (made.events === "silent") {
    log.info("An import was begun that tells nobody", {
      import_id: made.id,
      organization_id: context.caller.organizationId,
      requestId: context.requestId,
    });
  }
  return made;
}
