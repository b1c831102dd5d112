/** Routes of operations. */
import * as z from 'zod/mini';
import { json, type Route } from './route.ts';

export const OPERATION_ROUTES = {
  health: {
    method: 'get',
    path: '/healthz',
    summary: 'The process answers',
    access: { who: 'public' },
    response: { status: 200, description: 'Alive', body: json(z.object({ status: z.literal('ok') })) },
    errors: [],
  },
  ready: {
    method: 'get',
    path: '/readyz',
    summary: 'The database answers',
    access: { who: 'public' },
    response: { status: 200, description: 'Ready', body: json(z.object({ status: z.literal('ok') })) },
    errors: ['unavailable'],
  },
  openapi: {
    method: 'get',
    path: '/openapi.json',
    summary: 'This document',
    access: { who: 'public' },
    response: { status: 200, description: 'OpenAPI 3.1', body: json(z.looseObject({})) },
    errors: [],
  },
} as const satisfies Record<string, Route>;
