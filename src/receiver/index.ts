export { VerificationError, verify } from "./verify.ts";
export type { VerificationReason, VerifiedEvent, VerifyHeaders, VerifyInput } from "./verify.ts";
