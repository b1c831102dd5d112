import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Context } from '../context.ts';
import { type FarmWorld, startFarmWorld } from '../testing/farm-world.ts';
import { beginAccountTask, wantAccount } from './account.ts';

const HOUR_MS = 3_600_000;

let world: FarmWorld;
let ctx: Context;
let connectionId: string;
beforeAll(async () => {
  world = await startFarmWorld();
  ctx = await world.tenantContext();
  await world.addFarm('phones', 'idempotent');
  const connection = await ctx.db.selectFrom('connections').select('id').limit(1).executeTakeFirstOrThrow();
  connectionId = connection.id;
});
afterAll(() => world.stop());

/** So many minutes after a time at which no task comes by itself. */
const at = (minutes: number) => new Date(Math.ceil(Date.now() / HOUR_MS) * HOUR_MS + 24 * HOUR_MS + minutes * 60_000);
const want = (minutes: number) => ctx.write((write) => wantAccount(ctx, write, 'poll_at', connectionId, at(minutes)));
const begin = (minutes: number, context = ctx) =>
  beginAccountTask(context, 'poll_at', { connectionId, at: at(minutes).toISOString() });

test('pain 31: one look at an account stands for all who ask; the others have nothing to do when they come', async () => {
  await want(30);
  // A run begins and has to be looked at sooner.
  await want(10);
  expect(await begin(10)).toBe(true);
  await want(40);
  // Two tasks are on their way, and one stands: else both would come again and again.
  expect(await begin(30)).toBe(false);
  expect(await begin(40)).toBe(true);
});

test('a task whose process was killed begins again, unless another stands since', async () => {
  await want(10);
  expect(await begin(10)).toBe(true);
  expect(await begin(10)).toBe(true);
  await want(20);
  expect(await begin(10)).toBe(false);
});

test('a task that was lost keeps no other from its work', async () => {
  await want(10);
  const later = { ...ctx, now: () => at(12) };
  expect(await begin(11, later)).toBe(true);
});
