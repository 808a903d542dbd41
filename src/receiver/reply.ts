import type { Reply } from "./receiver.ts";

/** Body of an answer, for whoever reads the sender's log of attempts. */
export const replyText = ({ outcome }: Reply): string => `${JSON.stringify({ outcome })}\n`;

export const replyHeaders = { "content-type": "application/json" } as const;

export const notPost: Reply = { status: 405, outcome: "method_not_allowed" };
export const noBody: Reply = { status: 400, outcome: "bad_body" };
export const tooLong: Reply = { status: 413, outcome: "body_too_long" };
export const unreadable: Reply = { status: 500, outcome: "body_was_parsed" };

/** Why no signature can be checked once somebody else has read the body. */
export const parsedError = (remedy: string): Error =>
  new Error(
    `The body of a delivery was read before the receiver got it, and what a parser makes of it cannot be verified: ${remedy}`,
  );
