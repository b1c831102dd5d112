/** Checks a CI's identity token: who signed it, for whom, when, and that its claims are whole. */
import { decodeJwt, errors, jwtVerify } from 'jose';
import { DevicelaneError } from '../errors.ts';
import { GithubClaims } from './github-claims.ts';
import { GitlabClaims } from './gitlab-claims.ts';
import { githubIdentity, gitlabIdentity, type Identity } from './identity.ts';
import type { Issuer, Issuers } from './issuers.ts';
import { unknownClaims } from './unknown-claims.ts';

const MAX_LENGTH = 8192;
/** GitLab makes the token when the job starts, and lets it live as long as the job may; GitHub makes one when asked. */
const MAX_AGE_SECONDS = { github: 600, gitlab: 24 * 3600 };
const TOLERANCE_SECONDS = 30;

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
): Promise<Identity & { unknownClaims: string[] }> {
  if (token.length > MAX_LENGTH) throw new RefusedIdentity('The identity token is longer than 8 KiB.', null);
  let claimedIssuer: unknown;
  try {
    claimedIssuer = decodeJwt(token).iss;
  } catch (cause) {
    throw new RefusedIdentity('The identity token is not a JWT.', null, cause);
  }
  const issuer = typeof claimedIssuer === 'string' ? issuers.get(claimedIssuer) : undefined;
  if (!issuer) throw new RefusedIdentity('The identity token is from an issuer that is not registered here.', null);
  const { payload } = await jwtVerify(token, issuer.keys, {
    algorithms: ['RS256'],
    issuer: issuer.issuer,
    audience,
    typ: 'JWT',
    requiredClaims: ['exp', 'iat', 'nbf', 'jti', 'sub'],
    clockTolerance: TOLERANCE_SECONDS,
    maxTokenAge: MAX_AGE_SECONDS[issuer.kind],
    currentDate: now,
  }).catch((error: unknown) => {
    throw refusalOf(error, issuer, audience);
  });
  const claimed = claimedOf(issuer, payload);
  // A token for several audiences proves no intent to talk to this one.
  if (typeof payload.aud !== 'string') throw new RefusedIdentity(`The audience must be ${audience} alone.`, claimed);
  const read = readClaims(issuer, payload);
  if ('lacks' in read) {
    throw new RefusedIdentity(`The identity token lacks usable claims: ${read.lacks.join(', ')}.`, claimed);
  }
  return { ...read, unknownClaims: unknownClaims(issuer.kind, payload) };
}

/** An identity, or the claims that are missing or have not the form of this kind of issuer. */
export function readClaims(
  { kind, issuer }: Pick<Issuer, 'kind' | 'issuer'>,
  payload: unknown,
): Identity | { lacks: string[] } {
  if (kind === 'gitlab') {
    const parsed = GitlabClaims.safeParse(payload);
    return parsed.success ? gitlabIdentity(issuer, parsed.data) : { lacks: namesIn(parsed.error) };
  }
  const parsed = GithubClaims.safeParse(payload);
  return parsed.success ? githubIdentity(issuer, parsed.data) : { lacks: namesIn(parsed.error) };
}

const namesIn = ({ issues }: { issues: { path: PropertyKey[] }[] }): string[] => [
  ...new Set(issues.map(({ path }) => path.join('.'))),
];

function claimedOf({ kind, issuer }: Issuer, payload: Record<string, unknown>) {
  const repositoryId = kind === 'gitlab' ? (payload.job_project_id ?? payload.project_id) : payload.repository_id;
  return { issuer, repositoryId: String(repositoryId ?? '') };
}

function refusalOf(error: unknown, issuer: Issuer, audience: string): DevicelaneError {
  if (!(error instanceof errors.JOSEError)) {
    return new DevicelaneError('unavailable', `The keys of ${issuer.issuer} cannot be fetched; try again.`, {
      cause: error,
    });
  }
  if (error instanceof errors.JWTClaimValidationFailed || error instanceof errors.JWTExpired) {
    const claimed = claimedOf(issuer, error.payload);
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
