export { manifestOf } from "./manifest.ts";
export type { ComputedManifest, StoredEvent } from "./manifest.ts";
export { VerificationError, verify } from "./verify.ts";
export type { VerificationReason, VerifiedEvent, VerifyHeaders, VerifyInput } from "./verify.ts";
