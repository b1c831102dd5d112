/** Routes of trust policies. A change or an end of one revokes at once what was made under it. */
import * as z from 'zod/mini';
import { idSchema } from './ids.ts';
import { denied, json, type Route } from './route.ts';
import { NewTrustPolicy, TrustPolicy, TrustPolicyList, TrustPolicyView } from './trust-policies.ts';

const access = { who: 'machine or person', operation: 'admin' } as const;
const params = { id: idSchema('trustPolicy') };

export const TRUST_POLICY_ROUTES = {
  listTrustPolicies: {
    method: 'get',
    path: '/v1/trust-policies',
    summary: 'List the trust policies in force, of one project or of all',
    access,
    query: { projectId: z.optional(idSchema('project')) },
    response: { status: 200, description: 'The policies', body: json(TrustPolicyList) },
    errors: [...denied, 'invalid_request'],
  },
  createTrustPolicy: {
    method: 'post',
    path: '/v1/trust-policies',
    summary: 'Add a trust policy to a project',
    access,
    request: json(NewTrustPolicy),
    response: { status: 201, description: 'The policy', body: json(TrustPolicyView) },
    errors: [...denied, 'invalid_request', 'not_found'],
  },
  readTrustPolicy: {
    method: 'get',
    path: '/v1/trust-policies/{id}',
    summary: 'Read a trust policy',
    access,
    params,
    response: { status: 200, description: 'The policy', body: json(TrustPolicyView) },
    errors: [...denied, 'not_found'],
  },
  replaceTrustPolicy: {
    method: 'put',
    path: '/v1/trust-policies/{id}',
    summary: 'Replace a trust policy; what is left out gets its default',
    access,
    params,
    request: json(TrustPolicy),
    response: { status: 200, description: 'The policy', body: json(TrustPolicyView) },
    errors: [...denied, 'invalid_request', 'not_found'],
  },
  revokeTrustPolicy: {
    method: 'delete',
    path: '/v1/trust-policies/{id}',
    summary: 'End a trust policy',
    access,
    params,
    response: { status: 204, description: 'It trusts nobody any more' },
    errors: [...denied, 'not_found'],
  },
} as const satisfies Record<string, Route>;
