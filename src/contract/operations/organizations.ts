import { z } from "zod";
import { id, text } from "../fields.ts";
import { pageOf, pageQuery, section } from "../operation.ts";
import { input, patch } from "../resource.ts";
import {
  ApiKey,
  Organization,
  OrganizationSettings,
  OrganizationSummary,
  Partnership,
  User,
} from "../resources/organization.ts";

const {
  get,
  create,
  patch: change,
  remove,
} = section("organizations", "organization:read", "organization:write");
const everyone = ["operator", "sales_org", "epc"] as const;
const params = z.object({ id: id("org", "The organization.") });

/** Settings as given on a creation: those left out take their defaults. */
const settings = OrganizationSettings.meta({
  description: "Settings; those left out take their defaults.",
  example: {},
}).optional();

/** Settings as given on a change: those left out stay. Without the defaults, which would overwrite. */
const settingsPatch = z
  .strictObject(
    Object.fromEntries(
      Object.entries(OrganizationSettings.shape).map(([name, field]) => [
        name,
        field.unwrap().optional(),
      ]),
    ) as {
      [K in keyof typeof OrganizationSettings.shape]: z.ZodOptional<
        ReturnType<(typeof OrganizationSettings.shape)[K]["unwrap"]>
      >;
    },
  )
  .meta({
    description: "Settings to change; those left out stay.",
    example: { agreement_mode: "approved" },
  })
  .optional();

export const organizationOperations = {
  createOrganization: create({
    path: "/organizations",
    summary: "Make an organization",
    callers: ["operator"],
    body: input(Organization, ["name", "roles"], ["email", "phone"]).extend({ settings }),
    answer: Organization,
  }),
  listOrganizations: get({
    path: "/organizations",
    summary: "List organizations",
    description: "Who they are; an organization sees itself and its partners.",
    callers: everyone,
    query: pageQuery,
    answer: pageOf(OrganizationSummary),
  }),
  getOrganization: get({
    path: "/organizations/{id}",
    summary: "Read an organization",
    callers: everyone,
    params,
    answer: Organization,
  }),
  updateOrganization: change({
    path: "/organizations/{id}",
    summary: "Change an organization",
    callers: everyone,
    params,
    body: patch(Organization, ["name", "email", "phone"]).extend({ settings: settingsPatch }),
    answer: Organization,
  }),
  createKey: create({
    path: "/organizations/{id}/keys",
    summary: "Make a key",
    description:
      "Shows the key once. Without `scopes` it may do all that the caller may. With `acts_as` events say that kind of actor.",
    callers: everyone,
    params,
    body: z.strictObject({
      name: ApiKey.shape.name.optional(),
      scopes: ApiKey.shape.scopes.optional(),
      acts_as: ApiKey.shape.acts_as.optional(),
      user_id: ApiKey.shape.user_id.optional(),
    }),
    bodyKind: "optional_json",
    answer: ApiKey.extend({
      key: z.string().meta({
        description: "The key, shown this once: `Authorization: Bearer …`.",
        example: "hk_example_not_a_key",
      }),
    }),
  }),
  listKeys: get({
    path: "/organizations/{id}/keys",
    summary: "List an organization's keys",
    callers: everyone,
    params,
    query: pageQuery,
    answer: pageOf(ApiKey),
  }),
  revokeKey: remove({
    path: "/keys/{id}",
    summary: "Revoke a key",
    description: "It stops working at once, and within a second in other processes of the service.",
    callers: everyone,
    params: z.object({ id: id("key", "The key.") }),
    // A key has no version.
    versioned: false,
  }),
  createUser: create({
    path: "/organizations/{id}/users",
    summary: "Add a user",
    callers: everyone,
    params,
    body: input(User, ["name", "email"], ["phone", "role"]),
    answer: User,
  }),
  listUsers: get({
    path: "/organizations/{id}/users",
    summary: "List an organization's users",
    callers: everyone,
    params,
    query: pageQuery,
    answer: pageOf(User),
  }),
  getUser: get({
    path: "/users/{id}",
    summary: "Read a user",
    callers: everyone,
    params: z.object({ id: id("usr", "The user.") }),
    answer: User,
  }),
  updateUser: change({
    path: "/users/{id}",
    summary: "Change a user",
    description: "Events show what holds when they happen: those of before stay as they are.",
    callers: everyone,
    params: z.object({ id: id("usr", "The user.") }),
    body: patch(User, ["name", "email", "phone", "role"]),
    answer: User,
  }),
  createCallpilotSecret: create({
    path: "/organizations/{id}/callpilot-secret",
    summary: "Make the CallPilot secret",
    description:
      "Shows once the secret with which CallPilot signs its call-backs for this organization. Making another one ends the one before.",
    callers: everyone,
    params,
    answer: z.object({
      secret: z
        .string()
        .meta({ description: "Standard Webhooks secret.", example: "whsec_ZXhhbXBsZQ==" }),
    }),
  }),
  createPartnership: create({
    path: "/partnerships",
    summary: "Let a sales organization sell for an installer",
    description: "Making one that exists answers with it.",
    callers: ["operator"],
    body: input(Partnership, ["sales_org_id", "epc_id"], []),
    answer: Partnership,
  }),
  listPartnerships: get({
    path: "/partnerships",
    summary: "List partnerships",
    callers: everyone,
    query: pageQuery,
    answer: pageOf(Partnership),
  }),
};

/** A reason in words, for a command that needs one. */
export const reason = text(1000, { description: "Why.", example: "Asked for by the customer" });
