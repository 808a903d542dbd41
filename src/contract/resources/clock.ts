import { z } from "zod";
import { instant } from "../fields.ts";

/** The clock of a test server. */
export const TestClock = z
  .object({
    now: instant({
      description: "What time it is for the server.",
      example: "2026-05-20T15:47:29.160Z",
    }),
    real_now: instant({
      description: "What time it really is, which deliveries are signed with.",
      example: "2026-03-11T15:47:29.160Z",
    }),
  })
  .meta({
    id: "TestClock",
    description: "The clock of a test server, which the operator can move forward.",
  });
export type TestClock = z.infer<typeof TestClock>;
