import { invalid, refuse } from "../contract/errors.ts";
import type { Signer, SignerInput } from "../contract/resources/agreement.ts";
import { newId } from "../base/id.ts";

/** Signers as they are asked to sign. */
export const newSigners = (given: readonly SignerInput[]): Signer[] =>
  given.map((signer) => ({ id: newId("sgn"), ...signer, signed_at: null }));

/** The same people, asked to sign anew. */
export const unsigned = (signers: readonly Signer[]): Signer[] =>
  signers.map(({ id, role, name, email }) => ({ id, role, name, email, signed_at: null }));

/**
 * Adds a signature.
 * @throws {ApiError} `invalid` when nobody of this id is to sign, `signer_unsigned` when he has signed already.
 */
export function signedBy(
  signers: readonly Signer[],
  signerId: string,
  now: string,
): { signers: Signer[]; isLast: boolean } {
  const signer = signers.find(({ id }) => id === signerId);
  if (!signer) {
    throw invalid(
      "/signer_id",
      `No signer ${signerId}; the signers are ${signers.map(({ id }) => id).join(", ")}`,
    );
  }
  if (signer.signed_at)
    throw refuse("signer_unsigned", `${signer.name} signed at ${signer.signed_at}`);
  const after = signers.map((other) => (other === signer ? { ...other, signed_at: now } : other));
  return { signers: after, isLast: after.every(({ signed_at }) => signed_at !== null) };
}

/**
 * Signers with changed names and e-mail addresses; undefined when nothing differs.
 * @throws {ApiError} `invalid` when nobody of an id is to sign.
 */
export function changedSigners(
  signers: readonly Signer[],
  changes: readonly { id: string; name?: string | undefined; email?: string | undefined }[],
): Signer[] | undefined {
  for (const [position, { id }] of changes.entries()) {
    if (signers.some((signer) => signer.id === id)) continue;
    throw invalid(`/signers/${position}/id`, `No signer ${id} of this agreement`);
  }
  const after = signers.map((signer) => {
    const change = changes.find(({ id }) => id === signer.id);
    return { ...signer, name: change?.name ?? signer.name, email: change?.email ?? signer.email };
  });
  const differs = after.some(
    ({ name, email }, position) =>
      name !== signers[position]?.name || email !== signers[position]?.email,
  );
  return differs ? after : undefined;
}
