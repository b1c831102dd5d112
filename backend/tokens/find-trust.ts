/** Finds the policy under which a CI job is trusted, or says what an admin would have to change. */
import type { Context } from '../context.ts';
import { DevicelaneError } from '../errors.ts';
import { forkClaim, type Identity } from './identity.ts';
import { policiesOf, type StoredPolicy } from './stored-policy.ts';
import { type ClaimCheck, distance, failedChecks, isFor, isLenient } from './trust-policy.ts';

export type Trusted = StoredPolicy & {
  /** Claims that do not hold, and that a policy in audit mode lets through. */
  letThrough: string[];
};

/** No trust policy takes these claims. Their names are told in the log. */
export class UntrustedClaims extends DevicelaneError {
  readonly claims: readonly string[];
  constructor(detail: string, claims: readonly string[]) {
    super('untrusted', detail, { field: 'subject_token' });
    this.claims = claims;
  }
}

const VALUES_TOLD = 5;

/** The first policy that trusts it; else the first in audit mode. @throws UntrustedClaims */
export async function findTrust(ctx: Context, projectId: string, identity: Identity): Promise<Trusted> {
  const fork = forkClaim(identity);
  if (fork) {
    throw new UntrustedClaims(
      `This pipeline may run the code of a fork (${fork} and project_id): no policy can trust it.`,
      [fork],
    );
  }
  const judged = (await policiesOf(ctx, projectId)).map((stored) => ({
    ...stored,
    failed: failedChecks(stored.policy, identity),
  }));
  const trusting = judged.find(({ failed }) => failed.length === 0);
  if (trusting) return { ...trusting, letThrough: [] };
  const lenient = judged.find(({ policy, failed }) => isLenient(policy, identity, failed));
  if (lenient) return { ...lenient, letThrough: namesOf(lenient.failed) };

  const own = judged.filter(({ policy }) => isFor(policy, identity));
  const [nearest] = own.toSorted((a, b) => distance(a.policy, a.failed) - distance(b.policy, b.failed));
  if (!nearest) {
    const why = judged.length === 0 ? 'the project has none' : `the project has none for ${identity.provider}`;
    throw new UntrustedClaims(`No trust policy allows this CI job: ${why}; an admin adds one.`, []);
  }
  throw new UntrustedClaims(
    `No trust policy of the project allows this CI job. ${explainFailed(nearest.id, nearest.failed)}`,
    [...new Set(own.flatMap(({ failed }) => namesOf(failed)))],
  );
}

/**
 * What does not match, what would, and what to change. The allowed values are names of the job's own repository, which it
 * has proven to be of: they are told to it, and what the job itself sent is not repeated.
 */
export function explainFailed(policyId: string, failed: readonly ClaimCheck[]): string {
  const each = failed.map(({ claim, allowed }) => {
    const more = allowed.length > VALUES_TOLD ? ', …' : '';
    return `${claim} (allowed: ${allowed.slice(0, VALUES_TOLD).join(', ')}${more})`;
  });
  const keys = [...new Set(failed.map(({ key }) => key))].join(', ');
  return `The nearest, ${policyId}, does not match: ${each.join('; ')}. An admin would change its ${keys}.`;
}

const namesOf = (failed: readonly ClaimCheck[]): string[] => failed.map(({ claim }) => claim);
