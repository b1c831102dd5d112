/** What every farm's adapter makes of a bad line and of a farm that stumbles; called as `describeFarm` is. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type FarmBench, submit } from '../contract.ts';
import type { Farm, FarmJob } from '../port.ts';
import type { Call, Fault, Faults } from './faults.ts';

export type FaultyFarmBench = FarmBench & {
  faults: Faults;
  /** Calls that this farm's adapter does not make. */
  without?: readonly Call[];
  /** The farm's adapter where nothing listens. */
  nowhere: Farm;
};

const MENDED: readonly Call[] = ['upload', 'find', 'observe', 'results', 'evidence', 'stop', 'forget'];

/** `make`: the adapter waits at most half a second for an answer, and leaves trying again to its caller. */
export function describeFarmFaults(name: string, make: () => Promise<FaultyFarmBench>): void {
  describe(`the farm ${name}, when calls go wrong`, () => {
    let bench: FaultyFarmBench;
    let farm: Farm;
    let job: FarmJob;
    beforeEach(async () => {
      bench = await make();
      farm = bench.farm;
      job = bench.job('k1');
    });
    afterEach(() => bench.close());

    const startFaults: [Fault, 'unknown_outcome' | 'broken' | 'refused', number][] = [
      [{ kind: 'cut', when: 'before' }, 'unknown_outcome', 0],
      [{ kind: 'cut', when: 'after' }, 'unknown_outcome', 1],
      [{ kind: 'silent', when: 'after' }, 'unknown_outcome', 1],
      [{ kind: 'status', status: 500 }, 'unknown_outcome', 0],
      [{ kind: 'status', status: 503, when: 'after' }, 'unknown_outcome', 1],
      [{ kind: 'throttled', retryAfterSeconds: 7 }, 'broken', 0],
      [{ kind: 'throttled', retryAfterSeconds: null }, 'broken', 0],
      [{ kind: 'status', status: 302 }, 'unknown_outcome', 0],
      [{ kind: 'status', status: 422 }, 'refused', 0],
    ];
    test.each(startFaults)('a start that meets %j is %s, with %d started', async (fault, kind, started) => {
      bench.faults.queue('start', fault);
      const asked = fault.kind === 'throttled' ? fault.retryAfterSeconds : null;
      const retryAfterMs = asked === null ? null : asked * 1000;
      await expect(submit(farm, job)).rejects.toMatchObject({ name: 'FarmError', kind, retryAfterMs });
      expect(bench.faults.left()).toBe(0);
      expect(bench.starts(job.key)).toBe(started);
      if (farm.features.start !== 'blind') expect((await farm.find(job)) === null).toBe(started === 0);
    });

    test('pains 1 and 4: after an unknown outcome the job is found, or started again without a second start', async () => {
      bench.faults.queue('start', { kind: 'cut', when: 'after' });
      await expect(submit(farm, job)).rejects.toMatchObject({ kind: 'unknown_outcome' });
      if (farm.features.start === 'idempotent') await submit(farm, job);
      if (farm.features.start === 'lookup') expect(await farm.find(job)).not.toBeNull();
      expect(bench.starts(job.key)).toBe(1);
    });

    test.each(MENDED)('pains 15, 16 and 25: a lost answer to %s is broken, and trying again works', async (call) => {
      if (bench.without?.includes(call) || (call === 'stop' && !farm.features.stop)) return;
      if (call === 'find' && farm.features.start === 'blind') return;
      const { externalId } = await submit(farm, job);
      if (call === 'results' || call === 'evidence' || call === 'forget') await bench.finish();
      const again = bench.job('k2');
      const calls: Record<string, () => Promise<unknown>> = {
        upload: () => submit(farm, again),
        find: () => farm.find(job),
        observe: () => farm.observe(job, externalId),
        results: () => farm.results(job, externalId),
        evidence: async () => {
          const { evidence } = await farm.results(job, externalId);
          for await (const chunk of evidence[0]!.open()) expect(chunk.length).toBeGreaterThan(0);
        },
        stop: () => farm.stop(job, externalId),
        forget: () => farm.forgetResults(job, externalId),
      };
      bench.faults.queue(call, { kind: 'cut', when: 'after' }, { kind: 'status', status: 500 });
      await expect(calls[call]!()).rejects.toMatchObject({ name: 'FarmError', kind: 'broken' });
      await expect(calls[call]!()).rejects.toMatchObject({ name: 'FarmError', kind: 'broken' });
      await calls[call]!();
      expect(bench.faults.left()).toBe(0);
    });

    test('pains 14 and 32: a farm that asks for patience while it is observed is asked later, and says how much', async () => {
      const { externalId } = await submit(farm, job);
      bench.faults.queue('observe', { kind: 'throttled', retryAfterSeconds: 11 });
      const retryAfterMs = 11_000;
      await expect(farm.observe(job, externalId)).rejects.toMatchObject({ kind: 'broken', retryAfterMs });
      expect(['queued', 'running', 'ended']).toContain((await farm.observe(job, externalId)).state);
    });

    test('a farm that is not there started nothing', async () => {
      await expect(submit(bench.nowhere, job)).rejects.toMatchObject({ name: 'FarmError', kind: 'broken' });
    });
  });
}
