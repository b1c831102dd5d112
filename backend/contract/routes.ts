/**
 * Every route of the server, as data: the HTTP layer must implement each, and `/openapi.json` is made from it.
 *
 * A route without a declared `access` cannot be written down, so nothing is open by accident.
 */
import * as z from 'zod/mini';
import type { ErrorCode } from '../errors.ts';
import { Artifact, OpenedUpload, OpenUpload, Part, PartList } from './artifacts.ts';
import { idSchema } from './ids.ts';
import { ExchangedToken, ExchangeForm, type Operation, RevokeForm } from './oauth.ts';
import { ResultPage } from './results.ts';
import { RunChange, RunList, RunView, StartedRun, StartRun } from './runs.ts';
import { RunState } from './terms.ts';

/**
 * Who may ask. `public`: anybody; `machine`: a token with the operation; `person`: a session cookie; `machine or person`:
 * either.
 */
export type Access =
  | { who: 'public' }
  | { who: 'machine'; operation: Operation }
  | { who: 'person' }
  | { who: 'machine or person'; operation: Operation };

export type Body = { contentType: string; schema: z.core.$ZodType };
export type Route = {
  method: 'get' | 'post' | 'put' | 'delete';
  /** With `{name}` for a parameter. */
  path: string;
  summary: string;
  access: Access;
  params?: Record<string, z.core.$ZodType>;
  query?: Record<string, z.core.$ZodType>;
  headers?: Record<string, { schema: z.core.$ZodType; required: boolean; description: string }>;
  request?: Body;
  response: { status: number; description: string; body?: Body };
  errors: readonly ErrorCode[];
};

const json = <S extends z.core.$ZodType>(schema: S) => ({ contentType: 'application/json' as const, schema });
const form = <S extends z.core.$ZodType>(schema: S) => ({
  contentType: 'application/x-www-form-urlencoded' as const,
  schema,
});
const html = { contentType: 'text/html' as const, schema: z.string() };
const bytes = { contentType: 'application/octet-stream' as const, schema: z.string() };

const artifactId = { id: idSchema('artifact') };
const runId = { id: idSchema('run') };
const cursor = z.optional(z.string().check(z.maxLength(200)));
const signInCode = { code: z.string().check(z.regex(/^[0-9A-Za-z]{53}$/)) };

/** What any route with a credential may answer. */
const denied = ['unauthenticated', 'invalid_token', 'invalid_proof', 'forbidden'] as const;

export const ROUTES = {
  exchangeToken: {
    method: 'post',
    path: '/oauth/token',
    summary: "Exchange a CI's OIDC token for a capability (RFC 8693), bound to the key of the DPoP proof (RFC 9449)",
    access: { who: 'public' },
    headers: {
      DPoP: { schema: z.string(), required: true, description: 'Proof of the key that the token is bound to' },
    },
    request: form(ExchangeForm),
    response: { status: 200, description: 'The capability', body: json(ExchangedToken) },
    errors: ['invalid_request', 'invalid_token', 'invalid_proof', 'replayed', 'untrusted'],
  },
  revokeToken: {
    method: 'post',
    path: '/oauth/revoke',
    summary: 'Revoke the token that is given (RFC 7009); an unknown one is answered alike',
    access: { who: 'public' },
    request: form(RevokeForm),
    response: { status: 200, description: 'The token does not work any more' },
    errors: ['invalid_request'],
  },
  openUpload: {
    method: 'post',
    path: '/v1/artifacts',
    summary: 'Open an upload',
    access: { who: 'machine', operation: 'artifact:create' },
    request: json(OpenUpload),
    response: { status: 201, description: 'Where to send the parts', body: json(OpenedUpload) },
    errors: [...denied, 'invalid_request', 'too_large', 'quota_exceeded'],
  },
  putPart: {
    method: 'put',
    path: '/v1/artifacts/{id}/parts/{number}',
    summary: 'Send one part of at most 8 MiB, in any order, repeatable',
    access: { who: 'machine', operation: 'artifact:create' },
    params: { ...artifactId, number: z.coerce.number().check(z.int(), z.minimum(1), z.maximum(512)) },
    headers: {
      'Content-Length': { schema: z.string(), required: true, description: 'Bytes of the part' },
      'Content-Digest': { schema: z.string(), required: true, description: 'RFC 9530: sha-256=:base64:' },
    },
    request: bytes,
    response: { status: 200, description: 'The part is stored', body: json(Part) },
    errors: [
      ...denied,
      'invalid_request',
      'not_found',
      'conflict',
      'length_required',
      'too_large',
      'digest_mismatch',
      'size_mismatch',
    ],
  },
  listParts: {
    method: 'get',
    path: '/v1/artifacts/{id}/parts',
    summary: 'Which parts have arrived',
    access: { who: 'machine', operation: 'artifact:create' },
    params: artifactId,
    response: { status: 200, description: 'The parts', body: json(PartList) },
    errors: [...denied, 'not_found'],
  },
  completeUpload: {
    method: 'post',
    path: '/v1/artifacts/{id}/complete',
    summary: 'Check size and digest, read the metadata, and make it an artifact',
    access: { who: 'machine', operation: 'artifact:create' },
    params: artifactId,
    response: { status: 200, description: 'The artifact', body: json(Artifact) },
    errors: [...denied, 'not_found', 'conflict', 'digest_mismatch', 'size_mismatch', 'invalid_artifact'],
  },
  readArtifact: {
    method: 'get',
    path: '/v1/artifacts/{id}',
    summary: 'Read an artifact and its metadata',
    access: { who: 'machine or person', operation: 'artifact:read' },
    params: artifactId,
    response: { status: 200, description: 'The artifact', body: json(Artifact) },
    errors: [...denied, 'not_found', 'gone'],
  },
  deleteArtifact: {
    method: 'delete',
    path: '/v1/artifacts/{id}',
    summary: 'Forget an artifact now',
    access: { who: 'machine or person', operation: 'artifact:delete' },
    params: artifactId,
    response: { status: 204, description: 'It can no longer be read; its bytes are being deleted' },
    errors: [...denied, 'not_found'],
  },
  startRun: {
    method: 'post',
    path: '/v1/runs',
    summary: 'Start a run; the same key with the same request gives the same run',
    access: { who: 'machine', operation: 'run:create' },
    request: json(StartRun),
    response: { status: 201, description: 'The run', body: json(StartedRun) },
    errors: [...denied, 'invalid_request', 'not_found', 'run_differs', 'unsupported', 'conflict'],
  },
  listRuns: {
    method: 'get',
    path: '/v1/runs',
    summary: 'List runs, newest first',
    access: { who: 'machine or person', operation: 'run:read' },
    query: { cursor, state: z.optional(RunState) },
    response: { status: 200, description: 'The runs', body: json(RunList) },
    errors: [...denied, 'invalid_request'],
  },
  readRun: {
    method: 'get',
    path: '/v1/runs/{id}',
    summary: 'Read a run: state, jobs, verdict, counts',
    access: { who: 'machine or person', operation: 'run:read' },
    params: runId,
    response: { status: 200, description: 'The run', body: json(RunView) },
    errors: [...denied, 'not_found'],
  },
  followRun: {
    method: 'get',
    path: '/v1/runs/{id}/events',
    summary: 'Follow a run by server-sent events; Last-Event-ID resumes; the token is checked again every 30 s',
    access: { who: 'machine or person', operation: 'run:read' },
    params: runId,
    headers: { 'Last-Event-ID': { schema: z.string(), required: false, description: 'The last number seen' } },
    response: { status: 200, description: 'Changes', body: { contentType: 'text/event-stream', schema: RunChange } },
    errors: [...denied, 'not_found'],
  },
  cancelRun: {
    method: 'post',
    path: '/v1/runs/{id}/cancel',
    summary: 'Stop a run at its farms; a finished one stays as it is',
    access: { who: 'machine or person', operation: 'run:cancel' },
    params: runId,
    response: { status: 200, description: 'The run', body: json(RunView) },
    errors: [...denied, 'not_found'],
  },
  readResults: {
    method: 'get',
    path: '/v1/runs/{id}/results',
    summary: 'Read the test results and what evidence there is',
    access: { who: 'machine or person', operation: 'run:read' },
    params: runId,
    query: { cursor },
    response: { status: 200, description: 'A page of results', body: json(ResultPage) },
    errors: [...denied, 'invalid_request', 'not_found', 'gone'],
  },
  readJunit: {
    method: 'get',
    path: '/v1/runs/{id}/junit.xml',
    summary: 'Read the results of all jobs as one JUnit file',
    access: { who: 'machine or person', operation: 'run:read' },
    params: runId,
    response: { status: 200, description: 'JUnit XML', body: { contentType: 'application/xml', schema: z.string() } },
    errors: [...denied, 'not_found', 'gone'],
  },
  readEvidence: {
    method: 'get',
    path: '/v1/runs/{id}/evidence/{evidenceId}',
    summary: 'Read one video, log or screenshot',
    access: { who: 'machine or person', operation: 'run:read' },
    params: { ...runId, evidenceId: idSchema('evidence') },
    response: { status: 200, description: 'Its bytes, as an attachment', body: bytes },
    errors: [...denied, 'not_found', 'gone'],
  },
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

export type RouteName = keyof typeof ROUTES;
