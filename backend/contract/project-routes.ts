/** Routes of projects. */
import * as z from 'zod/mini';
import { idSchema } from './ids.ts';
import { denied, type Route } from './route.ts';

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
} as const satisfies Record<string, Route>;
