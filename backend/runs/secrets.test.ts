import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Context } from '../context.ts';
import type { RunRequest } from '../farms/fake/plan.ts';
import { listSecrets } from '../tenants/list-secrets.ts';
import { removeSecret } from '../tenants/remove-secret.ts';
import { setSecret } from '../tenants/set-secret.ts';
import { CiJob } from '../testing/ci-job.ts';
import { type FarmWorld, quickPlan, startFarmWorld } from '../testing/farm-world.ts';
import { dumpDatabases, openTenant, readAudit, tasksDone } from '../testing/kept.ts';
import { until } from '../testing/until.ts';

let world: FarmWorld;
let admin: Context;
const VALUE = 'canary-5up3r-s3cret';
beforeAll(async () => {
  world = await startFarmWorld();
  admin = await openTenant(world, { actor: { kind: 'person', id: world.tenant.personId, role: 'admin' } });
});
afterAll(() => world.stop());

let ciRun = 800;
let job: CiJob;
let asked: RunRequest[] = [];
beforeEach(async () => {
  ciRun += 1;
  asked = [];
  job = await CiJob.start(world, { claims: { run_id: String(ciRun) } });
  world.farm.setPlan((request) => {
    asked.push(request);
    const said = `the password is ${request.env.PASSWORD}`;
    const failed = { suite: 'a.B', name: `signs in with ${request.env.PASSWORD}`, outcome: 'failed' as const };
    return quickPlan({
      outcome: 'completed',
      tests: [{ ...failed, durationMs: 1, message: said, stack: `at a.B\n${said}` }],
      evidence: [
        { name: 'device.log', kind: 'device_log', contentType: 'text/plain', content: `${said}\n`.repeat(5_000) },
      ],
    })(request);
  });
});

const projectId = () => world.tenant.projectId;
const set = (name: string, value = VALUE) =>
  setSecret({ ctx: admin, input: { projectId: projectId(), name, secret: { value } } });
const start = (env: Record<string, string>) => job.startRun({ name: `suite ${ciRun}`, env });

describe('a secret', () => {
  test('D1: reaches the tests, and is in nothing that comes back or is kept', async () => {
    await set('PASSWORD');
    const { runId } = await start({ PASSWORD: 'secret:PASSWORD', LOCALE: 'de' });
    await job.finished(runId);
    expect(asked.map(({ env }) => env)).toEqual([{ PASSWORD: VALUE, LOCALE: 'de' }]);
    const results = await job.request('GET', `/v1/runs/${runId}/results`);
    expect(results.text).toContain('the password is ***');
    const { evidence } = results.json as { evidence: { evidenceId: string }[] };
    const log = await job.request('GET', `/v1/runs/${runId}/evidence/${evidence[0]!.evidenceId}`);
    expect(log.text).toBe('the password is ***\n'.repeat(5_000));
    const junit = await job.request('GET', `/v1/runs/${runId}/junit.xml`);
    const checks = JSON.stringify(await world.checks(`suite ${ciRun}`));
    await tasksDone(world);
    const database = await dumpDatabases(world);
    for (const text of [results.text, junit.text, checks, database, JSON.stringify(await job.readRun(runId))]) {
      expect(text).not.toContain('5up3r');
    }
    // Once all is stored there is nothing left to look for.
    expect(await admin.db.selectFrom('run_secrets').select('run_id').execute()).toEqual([]);
  });

  test('D1: is in no reason of the farm, whether it refuses the start or breaks off', async () => {
    await set('PASSWORD');
    world.farm.setPlan((request) => quickPlan({ outcome: 'invalid', reason: `no ${request.env.PASSWORD}` })(request));
    const invalid = await job.finished((await start({ PASSWORD: 'secret:PASSWORD' })).runId);
    expect(invalid.jobs).toMatchObject([{ reason: 'no ***' }]);
    world.refuseStarts((request) => `the variable ${request.env.PASSWORD} is too long`);
    const { runId } = await job.startRun({ name: `another ${ciRun}`, env: { PASSWORD: 'secret:PASSWORD' } });
    const refused = await job.finished(runId);
    world.refuseStarts(null);
    expect(refused).toMatchObject({ verdict: 'invalid', jobs: [{ reason: 'the variable *** is too long' }] });
  });

  test('each use of it is audited, without its name or value', async () => {
    await set('AUDITED');
    const { runId } = await start({ PASSWORD: 'secret:AUDITED' });
    await job.finished(runId);
    const entries = (await readAudit(admin)).filter(({ code }) => code.startsWith('secret.'));
    const [made, used] = entries.slice(-2);
    expect([made?.code, used?.code]).toEqual(['secret.set', 'secret.used']);
    expect(used).toMatchObject({ object: made?.object, detail: { purpose: 'start', run: runId } });
    expect(JSON.stringify(entries)).not.toMatch(/AUDITED|5up3r/);
  });

  test('that was changed is the new one in the next run', async () => {
    await set('PASSWORD', 'first-value');
    await set('PASSWORD', 'second-value');
    await job.finished((await start({ PASSWORD: 'secret:PASSWORD' })).runId);
    expect(asked[0]?.env).toEqual({ PASSWORD: 'second-value' });
  });

  test('that is not there, or no more, is refused before anything starts', async () => {
    await set('GONE');
    await removeSecret({ ctx: admin, input: { projectId: projectId(), name: 'GONE' } });
    for (const name of ['GONE', 'NEVER', '', '../x']) {
      const body = await job.runRequest({ env: { PASSWORD: `secret:${name}` } });
      const answer = await job.request('POST', '/v1/runs', { body });
      expect(answer).toMatchObject({ status: 422, json: { code: 'unsupported', field: 'env' } });
    }
    expect(asked).toEqual([]);
  });

  test('that an admin removes while the job waits ends it as invalid, and says why', async () => {
    await set('REMOVED');
    world.farm.faults.queue('upload', { kind: 'status', status: 500 });
    const { runId } = await start({ PASSWORD: 'secret:REMOVED' });
    await until('the fault met', () => world.farm.faults.left() === 0);
    await removeSecret({ ctx: admin, input: { projectId: projectId(), name: 'REMOVED' } });
    const run = await job.finished(runId);
    expect(run).toMatchObject({
      verdict: 'invalid',
      jobs: [{ reason: 'The secret "REMOVED" that env names was removed.' }],
    });
  });

  test('is listed by name, and another project knows none of it', async () => {
    await set('LISTED');
    const { secrets } = await listSecrets({ ctx: admin, input: { projectId: projectId() } });
    expect(secrets.find(({ name }) => name === 'LISTED')).toMatchObject({ from: 'value' });
    expect(JSON.stringify(secrets)).not.toContain('5up3r');
    for (const actor of [{ kind: 'person', id: world.tenant.personId, role: 'member' }, { kind: 'worker' }] as const) {
      const ctx = { ...admin, actor };
      await expect(listSecrets({ ctx, input: { projectId: projectId() } })).rejects.toMatchObject({
        code: 'forbidden',
      });
    }
  });

  test('in a key vault that is not open to the tenant is refused', async () => {
    const secret = { keyVaultUrl: 'https://other.vault.azure.net/secrets/one' };
    const input = { projectId: projectId(), name: 'VAULTED', secret };
    await expect(setSecret({ ctx: admin, input })).rejects.toMatchObject({ code: 'unsupported', field: 'keyVaultUrl' });
  });

  test('in one that is open is read when it is used', async () => {
    const url = 'https://own.vault.azure.net/secrets/one';
    const vault = { mayRead: (asked: string) => asked === url, read: async () => 'from-the-vault' };
    const { doors } = world.backend;
    const before = doors.vault;
    doors.vault = () => vault;
    try {
      const ctx = await openTenant(world, { actor: admin.actor });
      await setSecret({ ctx, input: { projectId: projectId(), name: 'VAULTED', secret: { keyVaultUrl: url } } });
      await job.finished((await start({ PASSWORD: 'secret:VAULTED' })).runId);
    } finally {
      doors.vault = before;
    }
    expect(asked[0]?.env).toEqual({ PASSWORD: 'from-the-vault' });
  });
});
