import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { RunChange } from '../contract/runs.ts';
import { CiJob } from '../testing/ci-job.ts';
import { type FarmWorld, startFarmWorld } from '../testing/farm-world.ts';

let world: FarmWorld;
let job: CiJob;
let runId: string;
beforeAll(async () => {
  world = await startFarmWorld();
  job = await CiJob.start(world);
  ({ runId } = await job.startRun());
});
afterAll(() => world.stop());

/** Follows to the end of the stream. */
async function follow(lastEventId?: string) {
  const answer = await job.request('GET', `/v1/runs/${runId}/events`, {
    headers: lastEventId === undefined ? {} : { 'last-event-id': lastEventId },
  });
  const events = answer.text
    .split('\n\n')
    .filter((block) => /^event: change$/m.test(block))
    .map((block) => ({
      id: Number(/^id: (.*)$/m.exec(block)?.[1]),
      change: RunChange.parse(JSON.parse(/^data: (.*)$/m.exec(block)?.[1] ?? '')),
    }));
  return { answer, events };
}

describe('following a run', () => {
  test('tells each change once, in order, and ends with the verdict', async () => {
    const { answer, events } = await follow();
    expect(answer.headers.get('content-type')).toMatch(/^text\/event-stream/);
    expect(events.map(({ id }) => id)).toEqual(events.map((_, index) => index + 1));
    expect(events.map(({ change }) => change.job?.state ?? change.state)).toEqual([
      'queued',
      'starting',
      'queued',
      'running',
      'collecting',
      'finished',
      'finished',
    ]);
    expect(events.at(-1)?.change).toMatchObject({ state: 'finished', verdict: 'passed', job: null });
  });

  test('goes on after the last number that was seen', async () => {
    const { events: all } = await follow();
    const { events: rest } = await follow('3');
    expect(rest).toEqual(all.slice(3));
    // Nothing follows the last: the stream ends, and does not wait for ever.
    expect((await follow(String(all.length))).events).toEqual([]);
  });

  test('is refused to who may not see the run, and to a number that is none', async () => {
    const other = await CiJob.start(world, { claims: { run_id: '9' } });
    const { handle } = await other.startRun({ name: 'another' });
    const foreign = await other.request('GET', `/v1/runs/${runId}/events`, { token: handle });
    expect(foreign).toMatchObject({ status: 404 });
    const wrong = await job.request('GET', `/v1/runs/${runId}/events`, { headers: { 'last-event-id': 'x' } });
    expect(wrong).toMatchObject({ status: 400, json: { field: 'Last-Event-ID' } });
  });
});
