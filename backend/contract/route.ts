/** What a route is, and the pieces that several are made of. */
import * as z from 'zod/mini';
import type { ErrorCode } from '../errors.ts';
import type { Operation } from './oauth.ts';

/**
 * Who may ask. `public`: anybody; `machine`: a token with the operation; `person`: a session cookie; `machine or person`:
 * either.
 */
export type Access =
  | { who: 'public' }
  | { who: 'machine'; operation: Operation }
  | { who: 'person' }
  | { who: 'machine or person'; operation: Operation };

export type Body = { contentType: string; schema: z.core.$ZodType };
type Answer = { status: number; description: string; body?: Body };
export type Route = {
  method: 'get' | 'post' | 'put' | 'delete';
  /** With `{name}` for a parameter. */
  path: string;
  summary: string;
  access: Access;
  params?: Record<string, z.core.$ZodType>;
  query?: Record<string, z.core.$ZodType>;
  headers?: Record<string, { schema: z.core.$ZodType; required: boolean; description: string }>;
  request?: Body;
  /** It may come without a body as well. */
  bodyIsOptional?: true;
  /** Its proof of possession is remembered: each is good for one request. */
  once?: true;
  /** The body is handed on as the bytes that came, since its signature is over them. */
  signed?: true;
  /** The answer says how long the server took for it, so that a client can tell the speed of its line. */
  timed?: true;
  response: Answer;
  /** What it answers to a request for a part. */
  partial?: Answer;
  errors: readonly ErrorCode[];
};

export const json = <S extends z.core.$ZodType>(schema: S) => ({ contentType: 'application/json' as const, schema });
export const form = <S extends z.core.$ZodType>(schema: S) => ({
  contentType: 'application/x-www-form-urlencoded' as const,
  schema,
});
export const html = { contentType: 'text/html' as const, schema: z.string() };
export const bytes = { contentType: 'application/octet-stream' as const, schema: z.string() };

export const cursor = z.optional(z.string().check(z.maxLength(200)));

/** What any route with a credential may answer. */
export const denied = ['unauthenticated', 'invalid_token', 'invalid_proof', 'forbidden'] as const;

/** Chosen at random by the client, so that nobody guesses it. */
export const IdempotencyKey = z.string().check(z.regex(/^[\x21-\x7e]{16,255}$/));
export const idempotencyKey = (required: boolean, description: string) => ({
  schema: IdempotencyKey,
  required,
  description,
});
