import type { SignerInput } from "./resources/agreement.ts";

/** For whom a signer signs, as documents and pages for signers say it. */
export const signerRoleNames = {
  primary: "customer",
  co_signer: "second owner",
  nem_signer: "holder of the utility account",
  company: "for the company",
} as const satisfies Record<SignerInput["role"], string>;
