/** Routes of signed events from outside. */
import * as z from 'zod/mini';
import { idSchema } from './ids.ts';
import { json, type Route } from './route.ts';

export const HOOK_ROUTES = {
  githubHook: {
    method: 'post',
    path: '/hooks/github',
    summary: 'Take an event that GitHub signed; what it asks for is done afterwards, and a delivery counts once',
    access: { who: 'public' },
    headers: {
      'X-Hub-Signature-256': { schema: z.string(), required: true, description: 'HMAC-SHA-256 of the body' },
      'X-GitHub-Event': { schema: z.string(), required: true, description: 'What the event is' },
      'X-GitHub-Delivery': { schema: z.string(), required: true, description: "The delivery's id" },
    },
    request: json(z.looseObject({})),
    signed: true,
    response: { status: 202, description: 'Taken; also when nothing here is about it' },
    errors: ['unauthenticated', 'invalid_request', 'not_found', 'too_large'],
  },
  farmHook: {
    method: 'post',
    path: '/hooks/farms/{connection}',
    summary:
      'Take a farm’s word that something has happened to a job: the job is looked at at once, and the body is not read',
    access: { who: 'public' },
    params: { connection: idSchema('connection') },
    query: { job: idSchema('job'), signature: z.string().check(z.regex(/^[\w-]{43}$/)) },
    request: json(z.looseObject({})),
    signed: true,
    response: { status: 202, description: 'Taken; also when the job is over' },
    errors: ['unauthenticated', 'invalid_request', 'not_found'],
  },
} as const satisfies Record<string, Route>;
