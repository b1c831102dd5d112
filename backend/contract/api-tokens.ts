/** API tokens as they travel: for scripts, and for a CI without identity tokens. A token itself is told once. */
import * as z from 'zod/mini';
import { idSchema } from './ids.ts';

/** What an API token may do at most; managing a tenant is for people. */
export const API_SCOPES = [
  'artifact:create',
  'artifact:read',
  'artifact:content',
  'artifact:delete',
  'run:create',
  'run:read',
  'run:cancel',
] as const;
export const ApiScope = z.enum(API_SCOPES);

const Line = z.string().check(z.minLength(1), z.maxLength(100), z.regex(/^[^\p{Cc}]*$/u));

export const NewApiToken = z.strictObject({
  name: Line,
  projectId: idSchema('project'),
  scopes: z.array(ApiScope).check(z.minLength(1), z.maxLength(20)),
  expiresInDays: z.int().check(z.minimum(1), z.maximum(365)),
});
export type NewApiToken = z.infer<typeof NewApiToken>;

export const ApiTokenView = z.object({
  tokenId: idSchema('capability'),
  name: z.string(),
  projectId: idSchema('project'),
  scopes: z.array(ApiScope),
  /** Its first and last characters. */
  hint: z.string(),
  createdBy: idSchema('person'),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
  /** To the hour; null: never. */
  lastUsedAt: z.nullable(z.iso.datetime()),
});
export type ApiTokenView = z.infer<typeof ApiTokenView>;

export const CreatedApiToken = z.extend(ApiTokenView, { token: z.string() });
export type CreatedApiToken = z.infer<typeof CreatedApiToken>;

export const ApiTokenList = z.object({ tokens: z.array(ApiTokenView) });

const Leaked = z.object({ token: z.string().check(z.maxLength(512)) });
/** One token, or many as scanners of secrets send them; what else they say is not looked at. */
export const LeakReport = z.union([Leaked, z.array(Leaked).check(z.minLength(1), z.maxLength(100))]);
export type LeakReport = z.infer<typeof LeakReport>;
