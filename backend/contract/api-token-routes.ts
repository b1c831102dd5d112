/** Routes of API tokens. */
import { ApiTokenList, CreatedApiToken, LeakReport, NewApiToken } from './api-tokens.ts';
import { idSchema } from './ids.ts';
import { denied, json, type Route } from './route.ts';

export const API_TOKEN_ROUTES = {
  createApiToken: {
    method: 'post',
    path: '/v1/tokens',
    summary: 'Make an API token of a project; it is told once, and never does more than its maker may',
    access: { who: 'person' },
    request: json(NewApiToken),
    response: { status: 201, description: 'The token', body: json(CreatedApiToken) },
    errors: [...denied, 'invalid_request', 'not_found'],
  },
  listApiTokens: {
    method: 'get',
    path: '/v1/tokens',
    summary: 'List API tokens that are not revoked: an admin sees all, others their own',
    access: { who: 'person' },
    response: { status: 200, description: 'The tokens, without what lets anybody in', body: json(ApiTokenList) },
    errors: [...denied],
  },
  revokeApiToken: {
    method: 'delete',
    path: '/v1/tokens/{id}',
    summary: 'Revoke an API token and the handles that it made',
    access: { who: 'person' },
    params: { id: idSchema('capability') },
    response: { status: 204, description: 'It does not work any more' },
    errors: [...denied, 'not_found'],
  },
  reportLeak: {
    method: 'post',
    path: '/hooks/leaked-tokens',
    summary: 'Report tokens that were found where they must not be: they are revoked; unknown ones are answered alike',
    access: { who: 'public' },
    request: json(LeakReport),
    response: { status: 204, description: 'What was known of them works no more' },
    errors: ['invalid_request'],
  },
} as const satisfies Record<string, Route>;
