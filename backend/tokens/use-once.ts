/** Claims identity tokens and proofs of possession, each once, in the control database: atomic over all processes. */
import { createHash } from 'node:crypto';
import type { SystemContext } from '../context.ts';
import type { ControlDb } from '../db/port.ts';
import { DevicelaneError } from '../errors.ts';
import type { Identity } from './identity.ts';
import { PROOF_MAX_AGE_SECONDS, PROOF_TOLERANCE_SECONDS, type Proof } from './verify-proof.ts';

/** How long a used identity token is remembered after it would be refused anyway. */
const REMEMBER_MS = 35_000;
/** None is taken that is older than a day, whatever its end says. */
const LONGEST_MS = 25 * 3_600_000;

type Control = Pick<ControlDb, 'insertInto' | 'selectFrom'>;

const hash = (...parts: string[]): Buffer => createHash('sha256').update(JSON.stringify(parts)).digest();

/**
 * After every other check. The same client may ask again for a lost answer: with the same key and the same idempotency key.
 * @throws DevicelaneError `replayed`
 */
export async function useIdentity(
  system: SystemContext,
  identity: Identity,
  proof: Proof,
  idempotencyKey: string | null,
): Promise<void> {
  const retryHash = idempotencyKey === null ? null : hash(proof.thumbprint, idempotencyKey);
  const isFirstOrSame = await system.control.transaction().execute(async (tx) => {
    if (!(await rememberProof(tx, proof, system.now()))) return false;
    const jtiHash = hash(identity.jti);
    const claimed = await tx
      .insertInto('used_tokens')
      .values({
        issuer: identity.issuer,
        jti_hash: jtiHash,
        expires_at: new Date(Math.min(identity.exp * 1000 + REMEMBER_MS, system.now().getTime() + LONGEST_MS)),
        retry_hash: retryHash,
      })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst();
    if (claimed.numInsertedOrUpdatedRows === 1n) return true;
    const first = await tx
      .selectFrom('used_tokens')
      .select('retry_hash')
      .where('issuer', '=', identity.issuer)
      .where('jti_hash', '=', jtiHash)
      .executeTakeFirst();
    return retryHash !== null && first?.retry_hash?.equals(retryHash) === true;
  });
  if (!isFirstOrSame) {
    throw new DevicelaneError('replayed', 'The identity token or the proof was used before; ask for a fresh one.', {
      field: 'subject_token',
    });
  }
}

/** For a request that must not happen twice. @throws DevicelaneError `replayed` */
export async function useProof(system: SystemContext, proof: Proof): Promise<void> {
  if (await rememberProof(system.control, proof, system.now())) return;
  throw new DevicelaneError('replayed', 'The DPoP proof was used before; make one for each request.', {
    field: 'DPoP',
  });
}

/** False when this proof was seen before. Kept for as long as it would be accepted. */
async function rememberProof(control: Control, proof: Proof, now: Date): Promise<boolean> {
  const inserted = await control
    .insertInto('used_proofs')
    .values({
      proof_hash: hash(proof.thumbprint, proof.id),
      // A proof may be dated ahead by the tolerance, and is taken for as long after that.
      expires_at: new Date(now.getTime() + (PROOF_MAX_AGE_SECONDS + 2 * PROOF_TOLERANCE_SECONDS) * 1000),
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return inserted.numInsertedOrUpdatedRows === 1n;
}
