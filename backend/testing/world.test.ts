import { expect, test } from '@jest/globals';
import { startWorld } from './world.ts';

test('a world starts, answers and stops', async () => {
  const world = await startWorld();
  const answer = await fetch(`${world.backend.url}/readyz`);
  expect(answer.status).toBe(200);
  expect(await answer.json()).toEqual({ status: 'ok' });
  await world.stop();
});
