/** Routes of what an admin decides for a project. */
import * as z from 'zod/mini';
import { idSchema } from './ids.ts';
import { NewProject, ProjectList, ProjectView } from './projects.ts';
import { denied, json, type Route } from './route.ts';
import { NewSecret, SecretList, SecretName } from './secrets.ts';

export const ProjectOptions = z.strictObject({
  /** A push to a change request cancels the runs of its earlier commits. */
  cancelSuperseded: z.boolean(),
  /** `cancel`: a run whose step waits for it is cancelled when the step is gone for two minutes. */
  onJobLost: z._default(z.enum(['continue', 'cancel']), 'continue'),
});
export type ProjectOptions = z.infer<typeof ProjectOptions>;

const access = { who: 'machine or person', operation: 'admin' } as const;

export const PROJECT_ROUTES = {
  listProjects: {
    method: 'get',
    path: '/v1/projects',
    summary: 'List the projects, and whether each is bound to its repository',
    access,
    response: { status: 200, description: 'The projects', body: json(ProjectList) },
    errors: [...denied],
  },
  createProject: {
    method: 'post',
    path: '/v1/projects',
    summary: 'Make a project for a repository; it is bound once access is proven, or the operator approves',
    access,
    request: json(NewProject),
    response: { status: 201, description: 'The project', body: json(ProjectView) },
    errors: [...denied, 'invalid_request', 'unsupported', 'conflict'],
  },
  readProject: {
    method: 'get',
    path: '/v1/projects/{id}',
    summary: 'Read a project',
    access,
    params: { id: idSchema('project') },
    response: { status: 200, description: 'The project', body: json(ProjectView) },
    errors: [...denied, 'not_found'],
  },
  nameOwner: {
    method: 'put',
    path: '/v1/projects/{id}/owner/{ownerId}',
    summary:
      'Name the owner that the repository was transferred to, by the code host’s number; access is then proven anew',
    access,
    params: { id: idSchema('project'), ownerId: z.string().check(z.regex(/^\d{1,20}$/)) },
    response: { status: 204, description: 'Its CI is trusted once access is proven, or the operator approves' },
    errors: [...denied, 'not_found'],
  },
  setProjectOptions: {
    method: 'put',
    path: '/v1/projects/{id}/options',
    summary: 'Set what the project does by itself',
    access,
    params: { id: idSchema('project') },
    request: json(ProjectOptions),
    response: { status: 200, description: 'The options', body: json(ProjectOptions) },
    errors: [...denied, 'invalid_request', 'not_found'],
  },
  listSecrets: {
    method: 'get',
    path: '/v1/projects/{id}/secrets',
    summary: 'List the secrets of a project by name; their values are never read back',
    access,
    params: { id: idSchema('project') },
    response: { status: 200, description: 'The secrets', body: json(SecretList) },
    errors: [...denied, 'not_found'],
  },
  setSecret: {
    method: 'put',
    path: '/v1/projects/{id}/secrets/{name}',
    summary: 'Keep a value for tests that `env` names as `secret:NAME`, or say in which key vault it is',
    access,
    params: { id: idSchema('project'), name: SecretName },
    request: json(NewSecret),
    response: { status: 204, description: 'Jobs that start from now on are given it' },
    errors: [...denied, 'invalid_request', 'not_found', 'unsupported', 'quota_exceeded'],
  },
  removeSecret: {
    method: 'delete',
    path: '/v1/projects/{id}/secrets/{name}',
    summary: 'Forget a secret of a project',
    access,
    params: { id: idSchema('project'), name: SecretName },
    response: { status: 204, description: 'No job is given it any more' },
    errors: [...denied, 'not_found'],
  },
} as const satisfies Record<string, Route>;
