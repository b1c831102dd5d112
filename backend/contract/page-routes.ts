/** Routes of pages for people. */
import * as z from 'zod/mini';
import { idSchema } from './ids.ts';
import { cursor, html, type Route } from './route.ts';

const runId = { id: idSchema('run') };
const signInCode = { code: z.string().check(z.regex(/^[0-9A-Za-z]{53}$/)) };

export const PAGE_ROUTES = {
  runListPage: {
    method: 'get',
    path: '/',
    summary: 'The newest runs, for a person',
    access: { who: 'person' },
    query: { cursor },
    response: { status: 200, description: 'A page', body: html },
    errors: ['unauthenticated', 'invalid_request'],
  },
  runPage: {
    method: 'get',
    path: '/runs/{id}',
    summary: 'The report of a run, for a person',
    access: { who: 'person' },
    params: runId,
    response: { status: 200, description: 'A page', body: html },
    errors: ['unauthenticated', 'not_found'],
  },
  signInPage: {
    method: 'get',
    path: '/sign-in/{code}',
    summary: 'A page with a button that uses a one-time link, so that a link preview does not use it up',
    access: { who: 'public' },
    params: signInCode,
    response: { status: 200, description: 'A page', body: html },
    errors: ['not_found'],
  },
  signIn: {
    method: 'post',
    path: '/sign-in/{code}',
    summary: 'Use a one-time link: starts a session',
    access: { who: 'public' },
    params: signInCode,
    response: { status: 303, description: 'On to the page that the link was made for' },
    errors: ['not_found', 'forbidden'],
  },
  signOut: {
    method: 'post',
    path: '/sign-out',
    summary: 'End the session',
    access: { who: 'public' },
    response: { status: 303, description: 'Signed out' },
    errors: ['forbidden'],
  },
  stylesheet: {
    method: 'get',
    path: '/assets/style.css',
    summary: 'How the pages look',
    access: { who: 'public' },
    response: { status: 200, description: 'CSS', body: { contentType: 'text/css', schema: z.string() } },
    errors: [],
  },
} as const satisfies Record<string, Route>;
