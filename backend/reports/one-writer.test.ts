import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type KyselyPlugin, type PluginTransformQueryArgs, sql } from 'kysely';
import { createGithub } from '../codehosts/github.ts';
import type { CheckState } from '../codehosts/port.ts';
import { openDatabases } from '../db/databases.ts';
import type { Databases, Tenant, TenantDb } from '../db/port.ts';
import { type GithubStandIn, startGithub } from '../testing/github.ts';
import { cloneControlDatabase } from '../testing/postgres.ts';
import { keepPosted } from './one-writer.ts';

type QueryId = PluginTransformQueryArgs['queryId'];

const NOW = new Date('2026-01-02T03:04:05Z');
const PROCESSES = 4;
const password = async () => 'secret';
// Roles and databases of all tests stand in one server.
const unique = randomBytes(6).toString('hex');
const tenant: Tenant = {
  id: 'tenant-1',
  route: 'abcdefghij',
  databaseName: `tenant_${unique}`,
  databaseUrl: null,
  loginRole: `role_${unique}`,
  container: 'c-one',
};

let processes: Databases[];
let dbs: TenantDb[];
let github: GithubStandIn;

beforeAll(async () => {
  const url = (await cloneControlDatabase())!;
  processes = [];
  // Pools of their own, as other processes have.
  for (let index = 0; index < PROCESSES; index += 1) processes.push(await openDatabases(url));
  await processes[0]!.createTenantDatabase(tenant, 'secret');
  dbs = processes.map((each) => each.tenant(tenant, password));
  await seed(dbs[0]!);
});
afterAll(async () => {
  await Promise.all(processes.map((each) => each.close()));
});
beforeEach(async () => {
  github = await startGithub();
  await dbs[0]!.deleteFrom('checks').execute();
  await dbs[0]!
    .insertInto('checks')
    .values({
      id: 'chk_1',
      project_id: 'prj_1',
      head_sha: github.pullRequest.headSha,
      name_digest: Buffer.from('n'),
      run_id: 'run_1',
      external_id: null,
      wanted: 1,
      posted_at: null,
    })
    .execute();
});
afterEach(() => github.stop());

async function seed(db: TenantDb): Promise<void> {
  const sealed = Buffer.from('sealed');
  await db
    .insertInto('projects')
    .values({
      id: 'prj_1',
      issuer: 'https://issuer.example',
      owner_id: '1',
      repository_id: '1',
      sealed_settings: sealed,
    })
    .execute();
  await sql`insert into runs (id, project_id, capability_id, key_digest, request_digest, name_digest, head_sha, fail_on,
      state, timeout_ms, queue_timeout_ms, created_at)
    values ('run_1', 'prj_1', 'cap_1', 'k', 'r', 'n', ${'a'.repeat(40)}, 'new', 'running', 1, 1, ${NOW})`.execute(db);
}

const readCheck = () => dbs[0]!.selectFrom('checks').selectAll().where('id', '=', 'chk_1').executeTakeFirstOrThrow();

/** What a change of the run does in its transaction. */
const raise = () =>
  dbs[0]!
    .updateTable('checks')
    .set((eb) => ({ wanted: eb('wanted', '+', 1) }))
    .where('id', '=', 'chk_1')
    .execute();

/** Posts the number that is wanted as the check's title, to the GitHub stand-in. */
function createWriter() {
  const hosts = createGithub({ appId: github.appId, privateKey: github.privateKey, apiUrl: github.url });
  const access = {
    issuer: 'https://issuer.example',
    repositoryId: github.repository.id,
    repository: github.repository.fullName,
    installationId: github.installationId,
  };
  let running = 0;
  const writer = {
    posts: 0,
    mostAtOnce: 0,
    async keep(process: number, db = dbs[process]!): Promise<void> {
      await keepPosted({
        db,
        alone: (name, work) => processes[process]!.alone(tenant, password, name, work),
        checkId: 'chk_1',
        paceMs: 0,
        now: () => NOW,
        async post(row) {
          running += 1;
          writer.posts += 1;
          writer.mostAtOnce = Math.max(writer.mostAtOnce, running);
          try {
            const check = checkOf((await readCheck()).wanted);
            if (row.externalId === null) return await hosts.createCheck(access, check);
            await hosts.updateCheck(access, row.externalId, check);
            return row.externalId;
          } finally {
            running -= 1;
          }
        },
      });
    },
  };
  return writer;
}

function checkOf(wanted: number): CheckState {
  return {
    name: 'Devicelane',
    headSha: github.pullRequest.headSha,
    externalId: 'chk_1',
    detailsUrl: 'https://devicelane.example/',
    status: 'in_progress',
    conclusion: null,
    startedAt: NOW,
    completedAt: null,
    title: `state ${wanted}`,
    summary: 'so far',
  };
}

describe('twenty writers of one check', () => {
  test('make one check, one at a time, and the last state wins', async () => {
    const writer = createWriter();
    await Promise.all(
      Array.from({ length: 20 }, async (_, index) => {
        for (let change = 0; change < 3; change += 1) {
          await raise();
          await writer.keep(index % PROCESSES);
        }
      }),
    );
    expect(await readCheck()).toMatchObject({ wanted: 61, posted: 61 });
    const held = await github.checks(github.pullRequest.headSha);
    expect(held).toMatchObject([{ external_id: 'chk_1', output: { title: 'state 61' } }]);
    expect(writer.mostAtOnce).toBe(1);
    // Coalesced: far fewer posts than changes.
    expect(writer.posts).toBeLessThan(61);
    const writes = github.requests.filter((each) => /check-runs/.test(each.path) && each.method !== 'GET');
    expect(writes).toHaveLength(writer.posts);
  });

  test('lose no change that falls between the last look and the end of the lock', async () => {
    const writer = createWriter();
    let meetings = 0;
    const db = dbs[0]!.withPlugin(
      whenNothingIsFound(async () => {
        meetings += 1;
        if (meetings > 1) return;
        await raise();
        await writer.keep(1);
        expect(writer.posts).toBe(1);
      }),
    ) as TenantDb;
    await writer.keep(0, db);
    expect(writer.posts).toBe(2);
    expect(await readCheck()).toMatchObject({ wanted: 2, posted: 2 });
  });
});

/** Calls back before an empty answer to a select reaches the one who asked. */
function whenNothingIsFound(call: () => Promise<void>): KyselyPlugin {
  const selects = new WeakSet<QueryId>();
  return {
    transformQuery({ node, queryId }) {
      if (node.kind === 'SelectQueryNode') selects.add(queryId);
      return node;
    },
    async transformResult({ result, queryId }) {
      if (selects.has(queryId) && result.rows.length === 0) await call();
      return result;
    },
  };
}

describe('one writer', () => {
  test('has nothing to do when all is posted', async () => {
    const writer = createWriter();
    await writer.keep(0);
    await writer.keep(1);
    expect(writer.posts).toBe(1);
    expect((await readCheck()).posted_at).toEqual(NOW);
  });

  test('marks nothing as posted when the post failed, and finds the check that was made', async () => {
    const writer = createWriter();
    github.failNext('POST', /check-runs/, { kind: 'cut' });
    await expect(writer.keep(0)).rejects.toMatchObject({ kind: 'broken' });
    expect(await readCheck()).toMatchObject({ posted: 0, external_id: null });
    await writer.keep(1);
    const [held, ...others] = await github.checks(github.pullRequest.headSha);
    expect(others).toEqual([]);
    expect(await readCheck()).toMatchObject({ posted: 1, external_id: held!.id });
  });

  test('does not wait for another at work, and goes on when that one has let go', async () => {
    const writer = createWriter();
    await processes[1]!.alone(tenant, password, 'post chk_1', async () => {
      await writer.keep(0);
      expect(writer.posts).toBe(0);
    });
    await writer.keep(0);
    expect(writer.posts).toBe(1);
  });
});
