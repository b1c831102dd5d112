import { expect, test } from '@jest/globals';
import { startWorld } from '../../testing/world.ts';
import { probe } from './probe.ts';

test('C1: the real server ends a request whose headers come at a byte a second', async () => {
  const world = await startWorld();
  try {
    const url = new URL(world.backend.url);
    const { rows } = await probe({ url, issuer: null, token: null, slow: true });
    expect(rows.filter(({ group }) => group === 'slow')).toMatchObject([{ result: 'refused', came: null }]);
  } finally {
    await world.stop();
  }
}, 180_000);
