import type { Answer } from "./command.ts";
import { anInstant, type Signer } from "./records.ts";

/** People who are asked to sign, as the answer names them. */
export const signersOf = ({ signers = [] }: Answer): Signer[] =>
  signers.map(({ id, name }) => ({ id, name, signed_at: null }));

/** The signers after one of them signed. */
export function signedBy(signers: readonly Signer[], signer: Signer) {
  const after = signers.map((one) => (one === signer ? { ...one, signed_at: anInstant } : one));
  return { after, isLast: after.every(({ signed_at }) => signed_at !== null) };
}

/** Whose turn it may be: the one at this place. */
export const signerAt = (signers: readonly Signer[], variant: number): Signer =>
  signers[variant % signers.length] ?? { id: "", name: "", signed_at: null };
