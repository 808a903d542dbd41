import { z } from "zod";
import { section } from "../operation.ts";
import { Session } from "../resources/session.ts";

const { get, create, remove } = section("sessions", "flow:read", "flow:write");
const open = { callers: [], scope: null } as const;

/**
 * Signing in to the console. The one seam behind which accounts of people may come: all else knows a caller only.
 */
export const sessionOperations = {
  createSession: create({
    ...open,
    path: "/session",
    summary: "Sign in to the console with a key",
    description:
      "Answers with an HttpOnly cookie that stands for the key for twelve hours, or until the key is revoked. Writes that come with the cookie need the header `heliograph-console`, which no other site can send.",
    body: z.strictObject({
      key: z.string().min(1).max(1000).meta({
        description: "A key of an organization, or the operator's.",
        example: "hk_example_not_a_key",
      }),
    }),
    answer: Session,
  }),
  getSession: get({
    callers: ["operator", "sales_org", "epc"],
    scope: null,
    path: "/session",
    summary: "Read who one is",
    description: "By the console's cookie, or by a key; a key has no end.",
    answer: Session,
  }),
  deleteSession: remove({
    ...open,
    path: "/session",
    summary: "Sign out of the console",
    description: "No fault when nobody is signed in.",
    versioned: false,
  }),
};
