/** Routes of pages for people. */
import * as z from 'zod/mini';
import { idSchema } from './ids.ts';
import { cursor, html, type Route } from './route.ts';

const runId = { id: idSchema('run') };
const proofState = z.string().check(z.regex(/^[0-9A-Za-z]{43}$/));
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
  projectListPage: {
    method: 'get',
    path: '/projects',
    summary: 'The projects and their repositories, for an admin',
    access: { who: 'person' },
    response: { status: 200, description: 'A page', body: html },
    errors: ['unauthenticated', 'forbidden'],
  },
  proveAccess: {
    method: 'get',
    path: '/projects/{id}/prove',
    summary: 'Go to the code host, to prove with one’s own account that one runs the repository',
    access: { who: 'person' },
    params: { id: idSchema('project') },
    response: { status: 303, description: 'On to the code host' },
    errors: ['unauthenticated', 'forbidden', 'not_found', 'conflict', 'unsupported'],
  },
  accessProven: {
    method: 'get',
    path: '/connect/github',
    summary: 'Back from GitHub: asks whether the project is to be bound',
    access: { who: 'person' },
    query: {
      state: proofState,
      code: z.optional(z.string().check(z.regex(/^[\w.-]{1,200}$/))),
      error: z.optional(z.string().check(z.maxLength(100))),
      error_description: z.optional(z.string().check(z.maxLength(500))),
      error_uri: z.optional(z.string().check(z.maxLength(500))),
      iss: z.optional(z.string().check(z.maxLength(300))),
    },
    response: { status: 200, description: 'A page', body: html },
    errors: ['unauthenticated', 'forbidden', 'not_found', 'invalid_request', 'unavailable'],
  },
  bindProject: {
    method: 'post',
    path: '/connect/{state}',
    summary: 'Bind the project to the repository that was proven',
    access: { who: 'person' },
    params: { state: proofState },
    response: { status: 303, description: 'On to the projects' },
    errors: ['unauthenticated', 'forbidden', 'not_found', 'conflict'],
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
