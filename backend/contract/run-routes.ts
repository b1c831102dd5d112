/** Routes of runs and what they leave. */
import * as z from 'zod/mini';
import { idSchema } from './ids.ts';
import { ResultPage } from './results.ts';
import { bytes, cursor, denied, idempotencyKey, json, type Route } from './route.ts';
import { RerunRun, RunChange, RunList, RunView, StartedRun, StartRun } from './runs.ts';
import { RunState } from './terms.ts';

const runId = { id: idSchema('run') };

export const RUN_ROUTES = {
  startRun: {
    method: 'post',
    path: '/v1/runs',
    summary: 'Start a run; the same key with the same request gives the same run',
    access: { who: 'machine', operation: 'run:create' },
    once: true,
    headers: {
      'Idempotency-Key': idempotencyKey(
        false,
        'Needed with an API token: the same with the same key gives the same run',
      ),
    },
    request: json(StartRun),
    response: { status: 201, description: 'The run', body: json(StartedRun) },
    errors: [
      ...denied,
      'replayed',
      'invalid_request',
      'not_granted',
      'not_found',
      'run_differs',
      'unsupported',
      'conflict',
      'quota_exceeded',
      'untrusted',
      'unavailable',
    ],
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
    once: true,
    params: runId,
    response: { status: 200, description: 'The run', body: json(RunView) },
    errors: [...denied, 'replayed', 'not_found'],
  },
  rerunRun: {
    method: 'post',
    path: '/v1/runs/{id}/rerun',
    summary: 'Do a finished run again, all of it or only what failed; asked again, the same new run',
    access: { who: 'machine or person', operation: 'run:create' },
    params: runId,
    request: json(RerunRun),
    response: { status: 201, description: 'The new run', body: json(RunView) },
    errors: [...denied, 'invalid_request', 'not_found', 'conflict', 'run_differs', 'gone', 'unsupported'],
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
} as const satisfies Record<string, Route>;
