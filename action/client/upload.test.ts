import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { submit } from './submit.ts';
import type { Fault } from './testing/faults.ts';
import { StandIn } from './testing/server.ts';
import { APP, newWorkspace, type Workspace } from './testing/submission.ts';
import { type Surroundings, surroundings } from './testing/surroundings.ts';

let server: StandIn;
let workspace: Workspace;
let machine: Surroundings;

beforeEach(async () => {
  server = await new StandIn().start();
  workspace = await newWorkspace();
  machine = surroundings(server);
});
afterEach(async () => {
  await server.stop();
  await workspace.remove();
});

/** Submits the app alone, with this in the way, and answers how often parts were sent. */
async function uploadThrough(...faults: Fault[]): Promise<number> {
  server.faults.push(...faults);
  await submit({ ...workspace.submission(server.url), tests: null }, machine.environment, { onStarted: () => {} });
  expect(server.uploads.contents()['app-debug.apk']?.equals(APP)).toBe(true);
  return server.asked.filter((asked) => asked.startsWith('PUT ')).length;
}

const PARTS = Math.ceil(APP.length / (64 * 1024));
const PUT = 'PUT /v1/artifacts/*';

test('each part is sent once', async () => {
  expect(await uploadThrough()).toBe(PARTS);
});

test('farm pain 26: a connection that is cut in a part costs that part', async () => {
  expect(await uploadThrough({ on: PUT, times: 2, act: { kind: 'cut' } })).toBe(PARTS + 2);
  expect(machine.waits).toHaveLength(2);
});

test.each([
  ['farm pain 21: a 408', 408],
  ['farm pain 25: a 500', 500],
  ['a 503', 503],
])('%s is tried again, after a pause with jitter', async (_, status) => {
  expect(await uploadThrough({ on: PUT, times: 1, act: { kind: 'answer', status } })).toBe(PARTS + 1);
  expect(machine.waits).toEqual([250]);
});

test('farm pain 24: a 429 is tried again when the server says', async () => {
  const headers = { 'Retry-After': '7' };
  const act = { kind: 'answer', status: 429, code: 'quota_exceeded', headers } as const;
  await uploadThrough({ on: PUT, times: 1, act });
  expect(machine.waits).toEqual([7250]);
});

test('farm pain 23: a pause longer than two minutes is not waited for, and is no success', async () => {
  const act = { kind: 'answer', status: 429, code: 'quota_exceeded', headers: { 'Retry-After': '3600' } } as const;
  await expect(uploadThrough({ on: PUT, times: 9, act })).rejects.toMatchObject({
    exitCode: 3,
    code: 'quota_exceeded',
  });
  expect(machine.waits).toEqual([]);
});

test('after many cuts the server is asked what it has, and only the rest is sent', async () => {
  // All three parts on the way fail for good although they arrived.
  await uploadThrough({ on: PUT, times: 9, act: { kind: 'lose answer' } });
  expect(server.asked.filter((asked) => asked.startsWith('GET /v1/artifacts/'))).not.toHaveLength(0);
  expect(machine.lines.join('\n')).toContain('parts have arrived, going on');
});

test('an upload that was broken off goes on with the parts that are missing', async () => {
  let puts = 0;
  server.beforeAnswer = (asked) => {
    // The line breaks for good in the middle.
    if (asked.startsWith('PUT ') && ++puts === 3) server.faults.push({ on: PUT, times: 999, act: { kind: 'cut' } });
  };
  await expect(uploadThrough()).rejects.toMatchObject({ exitCode: 4 });
  server.faults.splice(0);
  server.asked.splice(0);
  const [, { parts }] = [...server.uploads.all][0]!;
  const there = parts.size;
  expect(there).toBeGreaterThan(0);
  // Of an earlier attempt that sent something else.
  parts.set([...parts.keys()][0]!, Buffer.alloc(64 * 1024));
  expect(await uploadThrough()).toBe(PARTS - there + 1);
  expect(machine.lines).toContain(`app-debug.apk: going on: ${there - 1} of ${PARTS} parts have arrived`);
});

test('a line that never works again ends the upload', async () => {
  await expect(uploadThrough({ on: PUT, times: 999, act: { kind: 'cut' } })).rejects.toMatchObject({ exitCode: 4 });
});

test('a capability that ended is got again with a fresh id token', async () => {
  let puts = 0;
  server.beforeAnswer = (asked) => {
    if (asked.startsWith('PUT ') && ++puts === 2) server.expireCapabilities();
  };
  await uploadThrough();
  expect(server.exchanged.length).toBeGreaterThan(1);
  expect(new Set(server.exchanged).size).toBe(server.exchanged.length);
});

test('a capability that is refused again after a new exchange is refused', async () => {
  const act = { kind: 'answer', status: 401, code: 'invalid_token' } as const;
  await expect(uploadThrough({ on: PUT, times: 99, act })).rejects.toMatchObject({
    exitCode: 3,
    code: 'invalid_token',
  });
});

test('a capability that is about to end is replaced before the server has to refuse it', async () => {
  // Each time that the server is busy costs 100 s: 15 minutes go by in one upload.
  const act = { kind: 'answer', status: 503, code: 'unavailable', headers: { 'Retry-After': '100' } } as const;
  server.uploads.partSize = APP.length;
  server.faults.push({ on: 'POST /v1/artifacts', times: 7, act });
  await uploadThrough({ on: 'PUT /v1/artifacts/*', times: 2, act }, { on: 'POST /v1/artifacts/*', times: 3, act });
  expect(server.exchanged).toHaveLength(2);
});

test('progress is at most a line a second', async () => {
  await uploadThrough();
  expect(machine.lines.filter((line) => line.startsWith('Uploading'))).toHaveLength(1);
});
