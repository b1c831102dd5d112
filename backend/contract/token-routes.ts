/** Routes of tokens. */
import * as z from 'zod/mini';
import { ExchangedToken, ExchangeForm, RevokeForm } from './oauth.ts';
import { form, idempotencyKey, json, type Route } from './route.ts';

export const TOKEN_ROUTES = {
  exchangeToken: {
    method: 'post',
    path: '/oauth/token',
    summary: "Exchange a CI's OIDC token for a capability (RFC 8693), bound to the key of the DPoP proof (RFC 9449)",
    access: { who: 'public' },
    headers: {
      DPoP: { schema: z.string(), required: true, description: 'Proof of the key that the token is bound to' },
      'Idempotency-Key': idempotencyKey(false, 'The same with the same key and token gives the same capability'),
    },
    request: form(ExchangeForm),
    response: { status: 200, description: 'The capability', body: json(ExchangedToken) },
    errors: ['invalid_request', 'invalid_token', 'invalid_proof', 'replayed', 'untrusted', 'unavailable'],
  },
  revokeToken: {
    method: 'post',
    path: '/oauth/revoke',
    summary: 'Revoke the token that is given (RFC 7009); an unknown one is answered alike',
    access: { who: 'public' },
    request: form(RevokeForm),
    response: { status: 200, description: 'The token does not work any more' },
    errors: ['invalid_request'],
  },
} as const satisfies Record<string, Route>;
