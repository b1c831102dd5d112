/** Routes of what an admin decides for a project. */
import * as z from 'zod/mini';
import { idSchema } from './ids.ts';
import { denied, json, type Route } from './route.ts';

export const ProjectOptions = z.strictObject({
  /** A push to a change request cancels the runs of its earlier commits. */
  cancelSuperseded: z.boolean(),
});
export type ProjectOptions = z.infer<typeof ProjectOptions>;

export const PROJECT_ROUTES = {
  setProjectOptions: {
    method: 'put',
    path: '/v1/projects/{projectId}/options',
    summary: 'Set what the project does by itself',
    access: { who: 'machine or person', operation: 'admin' },
    params: { projectId: idSchema('project') },
    request: json(ProjectOptions),
    response: { status: 200, description: 'The options', body: json(ProjectOptions) },
    errors: [...denied, 'invalid_request', 'not_found'],
  },
} as const satisfies Record<string, Route>;
