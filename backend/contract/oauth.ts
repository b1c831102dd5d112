/** Token exchange (RFC 8693) with proof of possession (RFC 9449). Names are those of the standards. */
import * as z from 'zod/mini';

export const GRANT_TYPE = 'urn:ietf:params:oauth:grant-type:token-exchange';
export const SUBJECT_TOKEN_TYPES = [
  'urn:ietf:params:oauth:token-type:jwt',
  'urn:ietf:params:oauth:token-type:id_token',
] as const;
export const ISSUED_TOKEN_TYPE = 'urn:ietf:params:oauth:token-type:access_token';

/** What a token may do. CI's scopes never include an artifact's content. */
export const OPERATIONS = [
  'artifact:create',
  'artifact:read',
  'artifact:content',
  'artifact:delete',
  'run:create',
  'run:read',
  'run:cancel',
  'admin',
] as const;
export const Operation = z.enum(OPERATIONS);
/** The most that a CI job is granted. */
export const CI_OPERATIONS = ['artifact:create', 'artifact:read', 'run:create', 'run:read', 'run:cancel'] as const;
export type Operation = z.infer<typeof Operation>;

export const ExchangeForm = z.object({
  grant_type: z.literal(GRANT_TYPE),
  /** The CI's OIDC token. Nothing larger than 8 KiB is looked at. */
  subject_token: z.string().check(z.minLength(1), z.maxLength(8192)),
  subject_token_type: z.enum(SUBJECT_TOKEN_TYPES),
});

export const ExchangedToken = z.object({
  access_token: z.string(),
  issued_token_type: z.literal(ISSUED_TOKEN_TYPE),
  token_type: z.literal('DPoP'),
  /** Seconds; at most 900. */
  expires_in: z.int(),
  scope: z.string(),
});
export type ExchangedToken = z.infer<typeof ExchangedToken>;

export const RevokeForm = z.object({ token: z.string().check(z.minLength(1), z.maxLength(512)) });
