import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type AzureMonitorStandIn, startAzureMonitor } from '../testing/azure-monitor.ts';
import { createAzureMonitor } from './azure-monitor.ts';
import { describeAuditSink, sampleEntry } from './contract.ts';

const credentialOf = (token: string) => ({
  getToken: async () => ({ token, expiresOnTimestamp: Date.now() + 3_600_000 }),
});

describeAuditSink('Azure Monitor', async () => {
  const monitor = await startAzureMonitor();
  const open = () => createAzureMonitor(monitor, credentialOf(monitor.token));
  return { sink: open(), reopen: open, received: async () => monitor.rows, dispose: monitor.close };
});

describe('Azure Monitor', () => {
  let monitor: AzureMonitorStandIn;
  beforeEach(async () => {
    monitor = await startAzureMonitor();
  });
  afterEach(() => monitor.close());

  test('gets the entry’s own time as the row’s', async () => {
    await createAzureMonitor(monitor, credentialOf(monitor.token)).send([sampleEntry(0)]);
    expect(monitor.rows[0]).toMatchObject({ TimeGenerated: '2026-01-02T03:04:05.123456Z', seq: 0 });
  });

  test.each([429, 403, 503])(
    'that answers %i is told of by that number, and is not asked again at once',
    async (status) => {
      monitor.failNext({ kind: 'answer', status });
      const sink = createAzureMonitor(monitor, credentialOf(monitor.token));
      const refused = sink.send([sampleEntry(0), sampleEntry(1)]);
      await expect(refused).rejects.toThrow(`Azure Monitor did not take 2 audit entries: ${status}`);
      expect(monitor.rows).toEqual([]);
      await sink.send([sampleEntry(0)]);
      expect(monitor.rows).toHaveLength(1);
    },
  );

  test('that refuses the token, or is away, is told of without the token', async () => {
    const refused = await createAzureMonitor(monitor, credentialOf('secret-token'))
      .send([sampleEntry(0)])
      .catch((error) => error);
    expect(refused.message).toMatch(/: 401$/);
    const away = await startAzureMonitor();
    await away.close();
    const failed = await createAzureMonitor(away, credentialOf('secret-token'))
      .send([sampleEntry(0)])
      .catch((error) => error);
    expect(failed.message).toMatch(/: ECONNREFUSED$/);
    for (const error of [refused, failed]) {
      expect(JSON.stringify([error, Object.entries(error), error.cause, error.stack])).not.toContain('secret-token');
    }
  });
});
