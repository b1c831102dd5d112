import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { deliver, envelope, pullRequestChanged, signatureOf, WEBHOOK_SECRET } from '../testing/github-hooks.ts';
import { openTenant, tasksDone } from '../testing/kept.ts';
import { addTenant } from '../testing/project.ts';
import { startWorld, type World } from '../testing/world.ts';
import { connect } from './connect.ts';

const UNTIL = new Date('2026-02-01T00:00:00Z');
const OLD_SECRET = 'the-secret-before-this-one';

let world: World;
let now = new Date('2026-01-31T23:00:00Z');
beforeAll(async () => {
  const previous = JSON.stringify({ secret: OLD_SECRET, until: UNTIL.toISOString() });
  world = await startWorld({ now: () => now, env: { GITHUB_WEBHOOK_PREVIOUS: previous } });
});
afterAll(() => world.stop());
beforeEach(() => {
  now = new Date('2026-01-31T23:00:00Z');
});

const closed = (number = 7) =>
  pullRequestChanged(world, { action: 'closed', number, headSha: 'a'.repeat(40), at: now });
const claimed = async (): Promise<number> => {
  const rows = await world.backend.doors.databases.control.selectFrom('deliveries').selectAll().execute();
  return rows.filter((row) => row.is_done).length;
};
/** How many tasks one more delivery made. */
async function handled(send: () => Promise<unknown>): Promise<number> {
  const { control } = world.backend.doors.databases;
  const count = async () => {
    const found = await sql<{ n: number }>`
      select count(*)::int as n from queue.job where data->>'task' = 'runs.leave-change'`.execute(control);
    return found.rows[0]?.n ?? 0;
  };
  const before = await count();
  await send();
  await tasksDone(world);
  return (await count()) - before;
}

describe('G1: a GitHub event', () => {
  test('that is signed is taken, and handled once however often it is delivered', async () => {
    const delivery = randomUUID();
    expect(
      await handled(async () => expect(await deliver(world, 'pull_request', closed(), { delivery })).toBe(202)),
    ).toBe(1);
    expect(
      await handled(async () => expect(await deliver(world, 'pull_request', closed(), { delivery })).toBe(202)),
    ).toBe(0);
  });

  test('that arrives twenty times at once is handled once', async () => {
    const delivery = randomUUID();
    const payload = closed();
    const all = () =>
      Promise.all(Array.from({ length: 20 }, () => deliver(world, 'pull_request', payload, { delivery })));
    expect(await handled(async () => expect(new Set(await all())).toEqual(new Set([202])))).toBe(1);
  });

  const body = JSON.stringify({ any: 'thing' });
  test.each<[string, Record<string, string | undefined>]>([
    ['no signature', { 'x-hub-signature-256': undefined }],
    [
      'sha1 only',
      { 'x-hub-signature-256': undefined, 'x-hub-signature': 'sha1=7d38cdd689735b008b3c702edd92eea23791c5f6' },
    ],
    ['a sha1 in the place of sha256', { 'x-hub-signature-256': 'sha1=7d38cdd689735b008b3c702edd92eea23791c5f6' }],
    ['the wrong length', { 'x-hub-signature-256': signatureOf(body).slice(0, -2) }],
    ['too long', { 'x-hub-signature-256': `${signatureOf(body)}00` }],
    ['capital letters', { 'x-hub-signature-256': signatureOf(body).toUpperCase() }],
    ['two signatures', { 'x-hub-signature-256': `${signatureOf(body)}, ${signatureOf(body)}` }],
    ['nothing signed', { 'x-hub-signature-256': signatureOf('') }],
  ])('with %s is refused', async (_, headers) => {
    expect(await deliver(world, 'pull_request', body, { headers })).toBe(401);
  });

  test('whose JSON was written anew is refused, since its bytes are others', async () => {
    const payload = closed();
    expect(await deliver(world, 'pull_request', payload, { body: JSON.stringify(payload) })).toBe(401);
  });

  test('signed with another secret is refused, and told of in the log above the tenants', async () => {
    expect(await deliver(world, 'pull_request', closed(), { secret: 'the secret of another App' })).toBe(401);
    const { control } = world.backend.doors.databases;
    const entries = await control.selectFrom('audit_entries').selectAll().where('code', '=', 'hook.refused').execute();
    expect(entries).toMatchObject([{ outcome: 'denied', detail: { host: 'github' } }]);
  });

  test('signed with the secret before counts until its time', async () => {
    now = new Date(UNTIL.getTime() - 1);
    expect(await deliver(world, 'pull_request', closed(), { secret: OLD_SECRET })).toBe(202);
    now = UNTIL;
    expect(await deliver(world, 'pull_request', closed(), { secret: OLD_SECRET })).toBe(401);
    expect(await deliver(world, 'pull_request', closed(), { secret: WEBHOOK_SECRET })).toBe(202);
  });

  test.each<[string, number, Record<string, string | undefined>]>([
    ['delivery', 400, { 'x-github-delivery': undefined }],
    ['event', 400, { 'x-github-event': 'a b' }],
  ])('without a usable %s header is refused', async (_, status, headers) => {
    expect(await deliver(world, 'pull_request', closed(), { headers })).toBe(status);
  });

  test('that is too large, or no JSON, is refused', async () => {
    expect(await deliver(world, 'pull_request', 'x'.repeat(1024 * 1024 + 1))).toBe(413);
    expect(await deliver(world, 'pull_request', '{')).toBe(400);
  });

  test.each(['installation', 'constructor', '__proto__'])('that nothing is done about (%s) is taken', async (event) => {
    const before = await claimed();
    expect(await deliver(world, event, closed())).toBe(202);
    expect(await claimed()).toBe(before);
  });

  test('of a shape that is not GitHub’s does nothing', async () => {
    const before = await claimed();
    for (const payload of [null, [], 'text', 7, {}, { ...closed(), pull_request: null }, { action: 'closed' }]) {
      expect(await deliver(world, 'pull_request', JSON.stringify(payload))).toBe(202);
    }
    expect(await claimed()).toBe(before);
  });
});

describe('an event about another’s repository', () => {
  const about = (changes: object) => ({ ...closed(), ...changes });

  test('that no project is bound to, does nothing', async () => {
    const { repository } = envelope(world, world.github.people.writer);
    const payload = about({ repository: { ...repository, id: 999_999 } });
    expect(await handled(() => deliver(world, 'pull_request', payload))).toBe(0);
  });

  test('of a tenant that connected another installation, does nothing', async () => {
    const { id: repositoryId } = world.github.otherRepository;
    const other = await addTenant(world, world.github.otherRepository);
    const { repository } = envelope(world, world.github.people.writer);
    const payload = about({ repository: { ...repository, id: Number(repositoryId) } });
    expect(await handled(() => deliver(world, 'pull_request', payload))).toBe(0);
    const ctx = await openTenant(world, { tenantId: other.tenantId, actor: { kind: 'operator' } });
    const settings = { issuer: world.oidc.issuer, installationId: '1', postsChecks: true };
    await connect({ ctx, input: { kind: 'github_app', name: 'github', settings } });
    expect(await handled(() => deliver(world, 'pull_request', payload))).toBe(0);
    expect(await ctx.db.selectFrom('hook_events').selectAll().execute()).toEqual([]);
  });

  test('that went to another owner, does nothing until an admin approves that one', async () => {
    const { repository } = envelope(world, world.github.people.writer);
    const payload = about({ repository: { ...repository, owner: { id: 999_999 } } });
    expect(await handled(() => deliver(world, 'pull_request', payload))).toBe(0);
  });
});
