/** Routes of what an admin decides for a project. */
import * as z from 'zod/mini';
import { idSchema } from './ids.ts';
import { denied, json, type Route } from './route.ts';
import { NewSecret, SecretList, SecretName } from './secrets.ts';

export const ProjectOptions = z.strictObject({
  /** A push to a change request cancels the runs of its earlier commits. */
  cancelSuperseded: z.boolean(),
  /** `cancel`: a run whose step waits for it is cancelled when the step is gone for two minutes. */
  onJobLost: z._default(z.enum(['continue', 'cancel']), 'continue'),
});
export type ProjectOptions = z.infer<typeof ProjectOptions>;

export const PROJECT_ROUTES = {
  approveOwner: {
    method: 'put',
    path: '/v1/projects/{id}/owner/{ownerId}',
    summary: 'Approve the owner that the repository was transferred to, by the number of the code host',
    access: { who: 'machine or person', operation: 'admin' },
    params: { id: idSchema('project'), ownerId: z.string().check(z.regex(/^\d{1,20}$/)) },
    response: { status: 204, description: 'CI jobs of the repository are trusted again' },
    errors: [...denied, 'not_found'],
  },
  setProjectOptions: {
    method: 'put',
    path: '/v1/projects/{id}/options',
    summary: 'Set what the project does by itself',
    access: { who: 'machine or person', operation: 'admin' },
    params: { id: idSchema('project') },
    request: json(ProjectOptions),
    response: { status: 200, description: 'The options', body: json(ProjectOptions) },
    errors: [...denied, 'invalid_request', 'not_found'],
  },
  listSecrets: {
    method: 'get',
    path: '/v1/projects/{id}/secrets',
    summary: 'List the secrets of a project by name; their values are never read back',
    access: { who: 'machine or person', operation: 'admin' },
    params: { id: idSchema('project') },
    response: { status: 200, description: 'The secrets', body: json(SecretList) },
    errors: [...denied, 'not_found'],
  },
  setSecret: {
    method: 'put',
    path: '/v1/projects/{id}/secrets/{name}',
    summary: 'Keep a value for tests that `env` names as `secret:NAME`, or say in which key vault it is',
    access: { who: 'machine or person', operation: 'admin' },
    params: { id: idSchema('project'), name: SecretName },
    request: json(NewSecret),
    response: { status: 204, description: 'Jobs that start from now on are given it' },
    errors: [...denied, 'invalid_request', 'not_found', 'unsupported', 'quota_exceeded'],
  },
  removeSecret: {
    method: 'delete',
    path: '/v1/projects/{id}/secrets/{name}',
    summary: 'Forget a secret of a project',
    access: { who: 'machine or person', operation: 'admin' },
    params: { id: idSchema('project'), name: SecretName },
    response: { status: 204, description: 'No job is given it any more' },
    errors: [...denied, 'not_found'],
  },
} as const satisfies Record<string, Route>;
