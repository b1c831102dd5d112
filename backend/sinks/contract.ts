/** What every place must do that audit entries are forwarded to; each provider's test runs this against itself. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { AuditSink, ForwardedEntry } from './port.ts';

export type SinkUnderTest = {
  sink: AuditSink;
  /** The same place, as another process has it. */
  reopen(): AuditSink;
  /** What lies there now, oldest first. */
  received(): Promise<Record<string, unknown>[]>;
  dispose(): Promise<void>;
};

export function sampleEntry(seq: number, more: Partial<ForwardedEntry> = {}): ForwardedEntry {
  return {
    tenant: '11111111-2222-4333-8444-555555555555',
    seq,
    at: '2026-01-02T03:04:05.123456Z',
    code: 'run.started',
    outcome: 'allowed',
    actor: 'worker',
    object: null,
    requestId: 'r',
    detail: { bytes: 1, name: 'zwei\nZeilen "und" mehr' },
    ...more,
  };
}

export function describeAuditSink(name: string, make: () => Promise<SinkUnderTest>): void {
  describe(`${name} takes audit entries`, () => {
    let made: SinkUnderTest;
    beforeEach(async () => {
      made = await make();
    });
    afterEach(() => made.dispose());

    test('whole, and in their order', async () => {
      await made.sink.send([sampleEntry(0), sampleEntry(1)]);
      await made.sink.send([sampleEntry(2, { object: 'run_1' })]);
      const { at: _, ...fields } = sampleEntry(2, { object: 'run_1' });
      const received = await made.received();
      expect(received.map(({ seq }) => seq)).toEqual([0, 1, 2]);
      expect(received[2]).toMatchObject(fields);
    });

    test('in a batch as large as one gets', async () => {
      const large = Array.from({ length: 200 }, (_, seq) => sampleEntry(seq, { object: 'x'.repeat(2_000) }));
      await made.sink.send(large);
      expect((await made.received()).map(({ seq }) => seq).sort((a, b) => Number(a) - Number(b))).toEqual(
        large.map(({ seq }) => seq),
      );
    });

    test('of several processes, and is known by the same name in each', async () => {
      const other = made.reopen();
      expect(other.name).toBe(made.sink.name);
      await Promise.all([made.sink.send([sampleEntry(0)]), other.send([sampleEntry(1)])]);
      expect(await made.received()).toHaveLength(2);
    });
  });
}
