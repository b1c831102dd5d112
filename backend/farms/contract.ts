/** What every farm's adapter must do, whatever the farm: its own tests call this with a way to make one. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { TestOutcome } from '../contract/terms.ts';
import { type Farm, FarmError, type FarmJob, type FileRole } from './port.ts';

/** Gives the farm a job's files and starts it. */
export async function submit(farm: Farm, job: FarmJob): Promise<{ externalId: string }> {
  return farm.start(job, { app: (await giveFile(farm, job, 'app'))!, tests: await giveFile(farm, job, 'tests') });
}

async function giveFile(farm: Farm, job: FarmJob, role: FileRole): Promise<string | null> {
  const file = job[role];
  if (!file) return null;
  return (await farm.upload({ key: `${job.key}.${role}`, role, framework: job.framework, file })).id;
}

async function forgetAll(farm: Farm, job: FarmJob, externalId: string): Promise<void> {
  await farm.forgetResults(job, externalId);
  for (const role of ['app', 'tests'] as const) {
    if (job[role]) await farm.forgetUpload({ key: `${job.key}.${role}`, role, framework: job.framework, id: null });
  }
}

export type FarmBench = {
  farm: Farm;
  /** A job that the farm will run to completion. */
  job(key: string): FarmJob;
  /** A job whose files the farm will not take. */
  refusedJob(key: string): FarmJob;
  /** Brings started jobs to their end. */
  finish(): void | Promise<void>;
  /** How many jobs of this key the farm started; null where it keeps none to count. */
  starts(key: string): number | null;
  /** What the farm still keeps; null where it keeps none to count. */
  kept(): { uploads: number; runs: number } | null;
  close(): Promise<void>;
};

export function describeFarm(name: string, make: () => Promise<FarmBench>): void {
  describe(`the farm ${name}`, () => {
    let bench: FarmBench;
    let farm: Farm;
    beforeEach(async () => {
      bench = await make();
      farm = bench.farm;
    });
    afterEach(() => bench.close());

    test('has a name, a framework and a kind of file at least', () => {
      expect(farm.name).toMatch(/^[a-z][a-z0-9-]*$/);
      expect(farm.features.frameworks).not.toHaveLength(0);
      expect(farm.features.artifacts).not.toHaveLength(0);
      expect(farm.defaultDevice.model).not.toBe('');
    });

    test('brings a job to its end and hands over everything', async () => {
      const job = bench.job('whole');
      const { externalId } = await submit(farm, job);
      await bench.finish();
      await expect(farm.observe(job, externalId)).resolves.toMatchObject({ state: 'ended', outcome: 'completed' });
      const results = await farm.results(job, externalId);
      expect(results.tests.length).toBeGreaterThan(0);
      if (results.expected !== null) expect(results.tests).toHaveLength(results.expected);
      for (const result of results.tests) {
        expect(TestOutcome.safeParse(result.outcome).success).toBe(true);
        expect(result.attempt).toBeGreaterThanOrEqual(1);
        expect(result.durationMs).toBeGreaterThanOrEqual(0);
        expect(result.name).not.toBe('');
      }
      const names = results.tests.map((result) => `${result.suite}#${result.name}#${result.attempt}`);
      expect(new Set(names).size).toBe(names.length);
    });

    test('gives the same results and evidence as often as asked', async () => {
      const job = bench.job('twice');
      const { externalId } = await submit(farm, job);
      await bench.finish();
      const verdicts = async () =>
        (await farm.results(job, externalId)).tests.map(({ suite, name, outcome }) => ({ suite, name, outcome }));
      expect(await verdicts()).toEqual(await verdicts());
      for (const file of (await farm.results(job, externalId)).evidence) {
        const first = await bytesOf(file.open());
        expect(first.length).toBeGreaterThan(0);
        expect((await bytesOf(file.open())).equals(first)).toBe(true);
        const half = Math.floor(first.length / 2);
        expect((await bytesOf(file.open(half))).equals(first.subarray(half))).toBe(true);
      }
    });

    test('starts once for a key, or finds what it started', async () => {
      const job = bench.job('once');
      expect(farm.features.start === 'blind' ? null : await farm.find(job)).toBeNull();
      const first = await submit(farm, job);
      if (farm.features.start === 'idempotent') expect(await submit(farm, job)).toEqual(first);
      if (farm.features.start === 'lookup') expect(await farm.find(job)).toEqual(first);
      expect(bench.starts(job.key) ?? 1).toBe(1);
    });

    test('keeps two keys apart', async () => {
      const first = await submit(farm, bench.job('one'));
      const second = await submit(farm, bench.job('other'));
      expect(second.externalId).not.toBe(first.externalId);
    });

    test('stops a job, and one that has ended', async () => {
      const job = bench.job('stopped');
      const { externalId } = await submit(farm, job);
      if (!farm.features.stop) return;
      await farm.stop(job, externalId);
      const seen = await farm.observe(job, externalId);
      expect(seen).toMatchObject({ state: 'ended', outcome: expect.stringMatching(/^(cancelled|completed)$/) });
      await farm.stop(job, externalId);
      expect(await farm.observe(job, externalId)).toEqual(seen);
    });

    test('forgets a job, as often as asked', async () => {
      const job = bench.job('forgotten');
      const { externalId } = await submit(farm, job);
      await bench.finish();
      await forgetAll(farm, job, externalId);
      // As after a forgetting that broke off in the middle.
      if (farm.features.stop) await farm.stop(job, externalId);
      await forgetAll(farm, job, externalId);
      // What a farm keeps of itself for a while, it may well find.
      const isGone = farm.features.forgetsResults.how === 'verified' && farm.features.start !== 'blind';
      if (isGone) expect(await farm.find(job)).toBeNull();
      expect(bench.kept() ?? { uploads: 0, runs: 0 }).toEqual({ uploads: 0, runs: 0 });
    });

    test('names the devices that it has, and the one that is used where none is named', async () => {
      const devices = await farm.devices();
      expect(devices.map(({ model }) => model)).toContain(farm.defaultDevice.model);
      const { os } = farm.defaultDevice;
      if (os !== null) expect(devices.find(({ model }) => model === farm.defaultDevice.model)?.os).toContain(os);
    });

    test('an upload under the same key leaves one file, and is forgotten by its key alone', async () => {
      const job = bench.job('again');
      await giveFile(farm, job, 'app');
      await giveFile(farm, job, 'app');
      expect(bench.kept()?.uploads ?? 1).toBe(1);
      await farm.forgetUpload({ key: `${job.key}.app`, role: 'app', framework: job.framework, id: null });
      expect(bench.kept()?.uploads ?? 0).toBe(0);
    });

    test('refuses files that it cannot use, and says so', async () => {
      const job = bench.refusedJob('refused');
      const seen = await submit(farm, job).then(
        ({ externalId }) => farm.observe(job, externalId),
        (error: unknown) => error,
      );
      if (seen instanceof FarmError)
        expect(seen).toMatchObject({ kind: 'refused', message: expect.stringMatching(/./) });
      else expect(seen).toMatchObject({ state: 'ended', outcome: 'invalid', reason: expect.stringMatching(/./) });
    });
  });
}

async function bytesOf(content: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of content) chunks.push(chunk);
  return Buffer.concat(chunks);
}
