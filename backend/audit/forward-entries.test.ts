import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Context } from '../context.ts';
import { createAzureMonitor } from '../sinks/azure-monitor.ts';
import { createFileSink } from '../sinks/json-lines.ts';
import type { AuditSink } from '../sinks/port.ts';
import { act, number } from '../testing/audit-log.ts';
import { type AzureMonitorStandIn, startAzureMonitor } from '../testing/azure-monitor.ts';
import { openTestDoors, type TestDoors } from '../testing/doors.ts';
import { forwardEntries, isForwarded } from './forward-entries.ts';

let doors: TestDoors;
let monitor: AzureMonitorStandIn;
let ctx: Context;
let sink: AuditSink;
beforeAll(async () => {
  doors = await openTestDoors();
  monitor = await startAzureMonitor();
});
afterAll(async () => {
  await monitor.close();
  await doors.stop();
});
beforeEach(async () => {
  ({ ctx } = await doors.newTenant());
  monitor.rows.length = 0;
  sink = createAzureMonitor(monitor, {
    getToken: async () => ({ token: monitor.token, expiresOnTimestamp: Date.now() + 3_600_000 }),
  });
});

const forward = (to = sink): Promise<void> => forwardEntries({ ctx, input: { sink: to } });
const seqs = () => monitor.rows.map(({ seq }) => seq);
const upTo = (size: number): number[] => Array.from({ length: size }, (_, seq) => seq);

describe('entries are forwarded', () => {
  test('once they are numbered, each once, in their order', async () => {
    await act(ctx, 3);
    await forward();
    expect(monitor.rows).toEqual([]);
    await number(ctx);
    expect(await isForwarded(ctx.db, sink)).toBe(false);
    await forward();
    await forward();
    expect(seqs()).toEqual([0, 1, 2]);
    expect(await isForwarded(ctx.db, sink)).toBe(true);
    await act(ctx, 500);
    await number(ctx);
    await Promise.all([forward(), forward()]);
    expect(seqs()).toEqual(upTo(503));
    expect(monitor.rows[0]).toMatchObject({ tenant: ctx.tenant.id, code: 'test.done', actor: 'worker' });
  });

  test('later, when they were not taken', async () => {
    await act(ctx, 2);
    await number(ctx);
    monitor.failNext({ kind: 'answer', status: 503 });
    await expect(forward()).rejects.toThrow('503');
    expect(await isForwarded(ctx.db, sink)).toBe(false);
    await forward();
    expect(seqs()).toEqual([0, 1]);
  });

  test('again, when nobody can say whether they were taken', async () => {
    await act(ctx, 2);
    await number(ctx);
    monitor.failNext({ kind: 'cut after' });
    await expect(forward()).rejects.toThrow('did not take');
    await forward();
    expect(seqs()).toEqual([0, 1, 0, 1]);
  });

  test('to each place for itself, from the first one on', async () => {
    await act(ctx, 2);
    await number(ctx);
    await forward();
    const path = join(doors.config.dataFolder, 'audit.jsonl');
    await forward(createFileSink(path));
    expect((await readFile(path, 'utf8')).trimEnd().split('\n')).toHaveLength(2);
    expect(seqs()).toEqual([0, 1]);
  });

  test('by a task of the server alone', async () => {
    const admin: Context = { ...ctx, actor: { kind: 'operator' } };
    await expect(forwardEntries({ ctx: admin, input: { sink } })).rejects.toMatchObject({ code: 'forbidden' });
  });
});
