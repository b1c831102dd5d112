import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { submit } from './submit.ts';
import type { Fault } from './testing/faults.ts';
import { FAILING } from './testing/scripted-run.ts';
import { StandIn } from './testing/server.ts';
import { newWorkspace, type Workspace } from './testing/submission.ts';
import { type Surroundings, surroundings } from './testing/surroundings.ts';

let server: StandIn;
let workspace: Workspace;
let machine: Surroundings;

beforeEach(async () => {
  server = await new StandIn().start();
  server.script = FAILING;
  workspace = await newWorkspace();
  machine = surroundings(server);
});
afterEach(async () => {
  await server.stop();
  await workspace.remove();
});

const EVENTS = 'GET /v1/runs/*';

async function followThrough(...faults: Fault[]) {
  const submission = { ...workspace.submission(server.url), junit: null };
  return submit(submission, machine.environment, { onStarted: () => server.faults.push(...faults) });
}

const asked = (end: string) => server.asked.filter((one) => one.endsWith(end)).length;

test('one stream is enough when nothing breaks', async () => {
  expect(await followThrough()).toMatchObject({ run: { verdict: 'failed' } });
  expect(asked('/events')).toBe(1);
});

test('a stream that is cut goes on after the last event that was seen', async () => {
  server.lastEventIds.length = 0;
  // The first request is the reading of the run; the fault for streams leaves it alone.
  const outcome = await followThrough({ on: EVENTS, times: 3, act: { kind: 'cut stream', after: 2 } });
  expect(outcome).toMatchObject({ run: { verdict: 'failed' } });
  expect(server.lastEventIds).toEqual([null, '2']);
});

test('where no stream can be had, the run is asked for now and then', async () => {
  server.streams = false;
  expect(await followThrough()).toMatchObject({ run: { verdict: 'failed' } });
  expect(machine.waits.length).toBeGreaterThan(2);
});

test('a server that is away for a while is waited for', async () => {
  const outcome = await followThrough({
    on: EVENTS,
    times: 20,
    act: { kind: 'answer', status: 503, code: 'unavailable' },
  });
  expect(outcome).toMatchObject({ run: { verdict: 'failed' } });
});

test('a server that stays away is broken, and the run is not cancelled', async () => {
  await expect(followThrough({ on: EVENTS, times: 9999, act: { kind: 'cut' } })).rejects.toMatchObject({ exitCode: 4 });
  expect(server.run?.cancelledBy).toBeNull();
});

test('a handle that is refused ends the waiting at once', async () => {
  const act = { kind: 'answer', status: 401, code: 'invalid_token' } as const;
  await expect(followThrough({ on: EVENTS, times: 9999, act })).rejects.toMatchObject({ exitCode: 3 });
});

test('says who changed and how many are done, in one line, and the last word in another', async () => {
  await followThrough();
  const lines = machine.lines.filter((line) => line.includes('jobs finished]'));
  expect(lines).toEqual([
    '[0 of 2 jobs finished] Pixel 8 @ 34 on local: queued; Galaxy S23 @ 33 on local: planned',
    '[2 of 2 jobs finished] Galaxy S23 @ 33 on local: failed; Pixel 8 @ 34 on local: failed',
  ]);
});
