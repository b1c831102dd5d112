/** Checks a CI's identity token: who signed it, for whom, when, and that its claims are whole. */
import { decodeJwt, errors, jwtVerify } from 'jose';
import { DevicelaneError } from '../errors.ts';
import { GithubClaims } from './github-claims.ts';
import type { Issuers } from './issuers.ts';

const MAX_LENGTH = 8192;
const MAX_AGE_SECONDS = 600;
const TOLERANCE_SECONDS = 30;

export type VerifiedIdentity = { issuer: string; claims: GithubClaims };

/** A refusal whose signature held, so that the claims may say in whose log it belongs. */
export class RefusedIdentity extends DevicelaneError {
  readonly claimed: { issuer: string; repositoryId: string } | null;
  constructor(detail: string, claimed: { issuer: string; repositoryId: string } | null, cause?: unknown) {
    super('invalid_token', detail, { field: 'subject_token', cause });
    this.claimed = claimed;
  }
}

/** What is said of each refusal; a token never stands in it. */
const REASONS: Record<string, string> = {
  ERR_JWT_EXPIRED: 'The identity token has expired; ask for a fresh one right before the exchange.',
  ERR_JWS_SIGNATURE_VERIFICATION_FAILED: 'The identity token is not signed by its issuer.',
  ERR_JWKS_NO_MATCHING_KEY: 'The identity token is signed with a key that its issuer does not have.',
  ERR_JWKS_MULTIPLE_MATCHING_KEYS: 'The identity token does not say which key signed it.',
  ERR_JOSE_ALG_NOT_ALLOWED: 'The identity token is not signed with RS256.',
};

/**
 * @param audience this server's public URL: what the token must be for, and nothing else
 * @throws RefusedIdentity
 */
export async function verifyIdentity(
  token: string,
  issuers: Issuers,
  audience: string,
  now: Date,
): Promise<VerifiedIdentity> {
  if (token.length > MAX_LENGTH) throw new RefusedIdentity('The identity token is longer than 8 KiB.', null);
  let claimedIssuer: unknown;
  try {
    claimedIssuer = decodeJwt(token).iss;
  } catch (cause) {
    throw new RefusedIdentity('The identity token is not a JWT.', null, cause);
  }
  const issuer = typeof claimedIssuer === 'string' ? issuers.get(claimedIssuer) : undefined;
  if (!issuer) throw new RefusedIdentity('The identity token is from an issuer that is not registered here.', null);
  if (issuer.kind !== 'github') throw new RefusedIdentity(`Tokens of ${issuer.kind} are not taken yet.`, null);

  const { payload } = await jwtVerify(token, issuer.keys, {
    algorithms: ['RS256'],
    issuer: issuer.issuer,
    audience,
    typ: 'JWT',
    requiredClaims: ['exp', 'iat', 'nbf', 'jti', 'sub'],
    clockTolerance: TOLERANCE_SECONDS,
    maxTokenAge: MAX_AGE_SECONDS,
    currentDate: now,
  }).catch((error: unknown) => {
    throw refusalOf(error, issuer.issuer, audience);
  });
  const parsed = GithubClaims.safeParse(payload);
  const claimed = { issuer: issuer.issuer, repositoryId: String(payload.repository_id ?? '') };
  // A token for several audiences proves no intent to talk to this one.
  if (typeof payload.aud !== 'string') throw new RefusedIdentity(`The audience must be ${audience} alone.`, claimed);
  if (!parsed.success) {
    const names = [...new Set(parsed.error.issues.map((issue) => issue.path.join('.')))].join(', ');
    throw new RefusedIdentity(`The identity token lacks usable claims: ${names}.`, claimed);
  }
  return { issuer: issuer.issuer, claims: parsed.data };
}

function refusalOf(error: unknown, issuer: string, audience: string): DevicelaneError {
  if (!(error instanceof errors.JOSEError)) {
    return new DevicelaneError('unavailable', `The keys of ${issuer} cannot be fetched; try again.`, { cause: error });
  }
  if (error instanceof errors.JWTClaimValidationFailed || error instanceof errors.JWTExpired) {
    const claimed = { issuer, repositoryId: String(error.payload.repository_id ?? '') };
    if (error.claim === 'aud')
      return new RefusedIdentity(`The audience of the identity token must be ${audience}.`, claimed);
    return new RefusedIdentity(
      REASONS[error.code] ?? `The claim ${error.claim} of the identity token does not hold.`,
      claimed,
      error,
    );
  }
  return new RefusedIdentity(REASONS[error.code] ?? 'The identity token is not valid.', null, error);
}
