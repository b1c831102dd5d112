import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as z from 'zod/mini';
import { canonicalOf } from '../audit/proof/canonical.ts';
import { openCheckpoint } from '../audit/proof/checkpoint.ts';
import { parseKey } from '../audit/proof/note.ts';
import { hashLeaf } from '../audit/proof/tree.ts';
import { verifyExport } from '../audit/proof/verify.ts';
import { AuditCheckpoint, AuditPage, AuditProof } from '../contract/audit.ts';
import { Problem } from '../contract/problem.ts';
import { ROUTES } from '../contract/routes.ts';
import { addPerson } from '../people/add.ts';
import { createSignInLink } from '../people/sign-in-link.ts';
import { provesConsistency, provesInclusion } from '../testing/audit-proofs.ts';
import { CiJob } from '../testing/ci-job.ts';
import { openTenant, readAudit } from '../testing/kept.ts';
import { addTenant } from '../testing/project.ts';
import { until } from '../testing/until.ts';
import { startWorld, type World } from '../testing/world.ts';

let world: World;
/** Of an admin, of a member, and of an admin elsewhere. */
let cookies: { admin: string; member: string; elsewhere: string };
let job: CiJob;
let handles: { handle: string; cancelHandle: string };
const PATHS = ['/v1/audit', '/v1/audit/checkpoint', '/v1/audit/proof?seq=0', '/v1/audit/export'];

beforeAll(async () => {
  world = await startWorld();
  const ours = await openTenant(world, { actor: { kind: 'operator' } });
  const member = await addPerson({ ctx: ours, input: { email: 'member@example.com', role: 'member' } });
  const other = await addTenant(world, world.github.otherRepository);
  const theirs = await openTenant(world, { tenantId: other.tenantId, actor: { kind: 'operator' } });
  cookies = {
    admin: await signIn(ours, world.tenant.personId),
    member: await signIn(ours, member.personId),
    elsewhere: await signIn(theirs, other.personId),
  };
  job = await CiJob.start(world);
  handles = await job.startRun();
});
afterAll(() => world.stop());

async function signIn(ctx: Awaited<ReturnType<typeof openTenant>>, personId: string): Promise<string> {
  const { url } = await createSignInLink({ ctx, input: { personId, target: '/' } });
  const answer = await fetch(url, { method: 'POST', headers: { origin: world.backend.url }, redirect: 'manual' });
  return answer.headers.getSetCookie()[0]!.split(';')[0]!;
}

const get = (path: string, cookie = cookies.admin): Promise<Response> =>
  fetch(world.backend.url + path, { headers: { cookie } });

async function read<T extends z.core.$ZodType>(path: string, shape: T, cookie?: string): Promise<z.output<T>> {
  const answer = await get(path, cookie);
  expect(answer.status).toBe(200);
  return z.parse(shape, await answer.json());
}

const codes = async (query: string, cookie?: string): Promise<string[]> =>
  (await read(`/v1/audit${query}`, AuditPage, cookie)).entries.map(({ code }) => code);

describe('who may see the log', () => {
  test.each(PATHS)('%s: an admin, and nobody less', async (path) => {
    expect((await get(path)).status).toBe(200);
    const refused = [
      await get(path, cookies.member),
      await get(path, ''),
      await get(path, 'devicelane=garbage'),
      await fetch(world.backend.url + path),
    ];
    expect(refused.map(({ status }) => status)).toEqual([403, 401, 401, 401]);
    for (const answer of refused) Problem.parse(await answer.json());
    const asJob = await job.request('GET', path);
    expect(asJob).toMatchObject({ status: 403, json: { code: 'forbidden' } });
    expect(await job.request('GET', path, { token: handles.handle })).toMatchObject({ status: 403 });
    expect(await job.request('GET', path, { token: handles.cancelHandle, scheme: 'Bearer' })).toMatchObject({
      status: 403,
    });
  });

  test('no route writes: there is no other method', async () => {
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH']) {
      const headers = { cookie: cookies.admin, origin: world.backend.url };
      expect((await fetch(`${world.backend.url}/v1/audit`, { method, headers })).status).toBe(404);
    }
  });

  test('each tenant sees its own log', async () => {
    const actors = async (cookie: string) =>
      (await read('/v1/audit?code=person.signed_in', AuditPage, cookie)).entries.map(({ object }) => object);
    await until('the one of the other tenant', async () => (await actors(cookies.elsewhere)).length === 1);
    await until('our two', async () => (await actors(cookies.admin)).length === 2);
    const ours = await actors(cookies.admin);
    expect(ours).toContain(world.tenant.personId);
    expect(await actors(cookies.elsewhere)).not.toContain(world.tenant.personId);
    const keys = [cookies.admin, cookies.elsewhere].map(async (cookie) =>
      (await read('/v1/audit/checkpoint', AuditCheckpoint, cookie)).key.split('+').at(-1),
    );
    const [one, other] = await Promise.all(keys);
    expect(one).not.toBe(other);
  });
});

describe('the list', () => {
  test('is newest first, without a gap, a page at a time', async () => {
    const first = await read('/v1/audit', AuditPage);
    const seqs = first.entries.map(({ seq }) => seq);
    expect(seqs).toEqual(Array.from({ length: seqs.length }, (_, index) => seqs[0]! - index));
    expect(first.entries.length).toBeLessThanOrEqual(100);
    const rest = await read(`/v1/audit?cursor=${seqs[2]}`, AuditPage);
    expect(rest.entries[0]).toEqual(first.entries[3]);
  });

  test('can be asked by code, outcome, actor, object and time', async () => {
    const actor = `person:${world.tenant.personId}`;
    await until('the export', async () => (await codes(`?actor=${actor}&code=audit.exported`)).length > 0);
    expect(new Set(await codes('?code=token.issued'))).toEqual(new Set(['token.issued']));
    const denied = await read('/v1/audit?outcome=denied', AuditPage);
    expect(new Set(denied.entries.map(({ outcome }) => outcome))).toEqual(new Set(['denied']));
    expect(await codes(`?object=${world.tenant.projectId}`)).toContain('project.made');
    expect(await codes('?until=2020-01-01T00:00:00Z')).toEqual([]);
    expect(await codes('?since=2020-01-01T00:00:00%2B02:00')).not.toEqual([]);
  });

  test.each([
    ['cursor', '?cursor=first'],
    ['since', '?since=yesterday'],
    ['outcome', '?outcome=maybe'],
    ['actor', `?actor=${'x'.repeat(201)}`],
    ['tenant', '?tenant=1'],
  ])('names %s when it is wrong', async (field, query) => {
    const answer = await get(`/v1/audit${query}`);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ code: 'invalid_request', field });
  });

  test('is a read that is in it, once', async () => {
    const viewed = `?code=audit.viewed&actor=person:${world.tenant.personId}`;
    await until('the read', async () => (await codes(viewed)).length > 0);
    expect(await codes('?code=audit.viewed')).toHaveLength(1);
  });
});

describe('proofs', () => {
  test('hold for every entry, to the root that the checkpoint signs', async () => {
    const { key, checkpoint, size } = await read('/v1/audit/checkpoint', AuditCheckpoint);
    const opened = openCheckpoint(checkpoint!, parseKey(key)!);
    expect(opened).toMatchObject({ size, origin: expect.stringMatching(/^127\.0\.0\.1:\d+\/audit\/[0-9A-Za-z]{10}$/) });
    for (let seq = 0; seq < size; seq += 1) {
      const proof = await read(`/v1/audit/proof?seq=${seq}`, AuditProof);
      if (!('inclusion' in proof)) throw new Error('this is another proof');
      const leaf = hashLeaf(canonicalOf(proof.entry));
      expect(proof).toMatchObject({ seq, size, leafHash: leaf.toString('base64') });
      expect(provesInclusion({ seq, size, leaf, root: opened!.root, path: hashes(proof.inclusion) })).toBe(true);
    }
  });

  test('hold between checkpoints', async () => {
    const ctx = await openTenant(world);
    const { size } = await read('/v1/audit/checkpoint', AuditCheckpoint);
    const { readTree } = await import('../audit/read-nodes.ts');
    const root = (await readTree(ctx.db, size)).root();
    for (let from = 1; from <= size; from += 1) {
      const proof = await read(`/v1/audit/proof?from=${from}&size=${size}`, AuditProof);
      if (!('consistency' in proof)) throw new Error('this is another proof');
      const fromRoot = (await readTree(ctx.db, from)).root();
      expect(provesConsistency({ from, fromRoot, size, root, path: hashes(proof.consistency) })).toBe(true);
    }
    expect(await read('/v1/audit/proof?from=0', AuditProof)).toEqual({
      from: 0,
      size: expect.any(Number),
      consistency: [],
    });
  });

  test.each([
    ['seq', ''],
    ['seq', '?seq=1&from=1'],
    ['seq', '?seq=-1'],
    ['seq', '?seq=01'],
    ['seq', '?seq=5&size=5'],
    ['from', '?from=6&size=5'],
    ['size', '?seq=0&size=1000000'],
    ['size', '?seq=0&size=1e3'],
  ])('name %s when they cannot be: %s', async (field, query) => {
    const answer = await get(`/v1/audit/proof${query}`);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ code: 'invalid_request', field });
  });

  const hashes = (texts: string[]): Buffer[] => texts.map((text) => Buffer.from(text, 'base64'));
});

describe('the export', () => {
  const lines = async function* (text: string) {
    yield* text.trimEnd().split('\n');
  };

  test('is what anybody can verify, against the key and the checkpoint that were kept', async () => {
    const { key, checkpoint } = await read('/v1/audit/checkpoint', AuditCheckpoint);
    const answer = await get('/v1/audit/export');
    expect(answer.headers.get('content-type')).toBe('application/jsonl');
    const text = await answer.text();
    const verified = await verifyExport(lines(text), { key: parseKey(key), older: [checkpoint!] });
    expect(verified).toMatchObject({ extended: 1, bad: null });
    expect(verified.entries).toBeGreaterThan(10);
    // Ids and numbers: nothing that a person wrote is in it.
    for (const word of ['example.com', world.github.repository.fullName, world.github.pullRequest.headRef, 'passkey']) {
      expect(text).not.toContain(word);
    }
  });

  test('is audited each time, also when nobody reads it to its end', async () => {
    const ctx = await openTenant(world);
    const count = async () => (await readAudit(ctx)).filter(({ code }) => code === 'audit.exported').length;
    const before = await count();
    await (await get('/v1/audit/export')).body?.cancel();
    await (await get('/v1/audit/export')).text();
    expect(await count()).toBe(before + 2);
  });
});

test('every route of the log is in the list of this test', () => {
  const own = Object.values(ROUTES).filter(({ path }) => path.startsWith('/v1/audit'));
  expect(own.map(({ path }) => path)).toEqual(PATHS.map((path) => path.split('?')[0]));
});
