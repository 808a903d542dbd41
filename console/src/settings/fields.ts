import { operation } from "../../../src/contract/operations.ts";
import { fieldsOf, type FormField } from "../forms/schema.ts";

/** The settings of an organization, as the contract has them. The build puts the list itself in this file's place. */
export const settingFields: readonly FormField[] = fieldsOf(
  operation("updateOrganization").body,
  "settings",
);
