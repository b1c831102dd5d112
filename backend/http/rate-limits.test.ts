import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Context as HonoContext } from 'hono';
import { CiJob } from '../testing/ci-job.ts';
import { readKept } from '../testing/kept.ts';
import { signIn } from '../testing/person.ts';
import { startWorld, type World } from '../testing/world.ts';
import type { HttpEnv } from './call.ts';
import { clientAddress } from './client-address.ts';

/** Nothing comes back while the tests run. */
const rate = (burst: number) => ({ burst, perSecond: 1 / 3600 });

describe('over HTTP', () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld({ rates: { open: rate(6), refused: rate(10), credential: rate(8) } });
  });
  afterAll(() => world.stop());

  test('one token asks so often, and another still may', async () => {
    const [job, other] = [await CiJob.start(world), await CiJob.start(world)];
    const ask = async (by: CiJob) => by.request('GET', '/v1/runs');
    for (let i = 0; i < 8; i++) expect((await ask(job)).status).toBe(200);
    const refused = await ask(job);
    expect(refused).toMatchObject({
      status: 429,
      json: { code: 'rate_limited', detail: expect.stringContaining('ask again in') },
    });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(3500);
    expect((await ask(other)).status).toBe(200);
  });

  test('one address exchanges so often, and then nothing is looked at', async () => {
    const admin = await signIn(world);
    const left = [3, 2, 1];
    for (const _ of left) expect((await new CiJob(world).exchange()).status).toBe(200);
    const before = await readKept(world);
    const refused = await new CiJob(world).exchange();
    expect(refused).toMatchObject({ status: 429, json: { code: 'rate_limited' } });
    const report = await fetch(`${world.backend.url}/hooks/leaked-tokens`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-forwarded-for': '203.0.113.9' },
      body: '{"token":"x"}',
    });
    expect(report.status).toBe(429);
    expect(await readKept(world)).toEqual(before);
    expect((await fetch(`${world.backend.url}/healthz`)).status).toBe(200);
    expect((await admin.ask('GET', '/v1/runs')).status).toBe(200);
  });

  test('one address shows wrong credentials so often, and then none is looked at, whoever it says that it is', async () => {
    const ask = (headers: Record<string, string>) => fetch(`${world.backend.url}/v1/runs`, { headers });
    const statuses = [];
    for (let i = 0; i < 12; i++) {
      const forged = { authorization: 'Bearer nothing', 'x-forwarded-for': `203.0.113.${i}` };
      statuses.push((await ask(forged)).status);
    }
    expect(statuses).toEqual([...Array(10).fill(401), 429, 429]);
    expect((await ask({ authorization: 'DPoP nothing' })).headers.get('retry-after')).toMatch(/^\d+$/);
  });
});

describe('the address of a request', () => {
  const from = (remoteAddress: string, hops: number, forwarded?: string) =>
    clientAddress(
      {
        env: { incoming: { socket: { remoteAddress } } },
        req: { header: () => forwarded },
      } as unknown as HonoContext<HttpEnv>,
      hops,
    );

  test.each([
    [
      'the connection’s own without a proxy, whatever the header says',
      '198.51.100.7',
      0,
      '203.0.113.9',
      '198.51.100.7',
    ],
    ['what our proxy saw', '10.0.0.1', 1, '203.0.113.9', '203.0.113.9'],
    ['what our proxy saw, not what the client wrote', '10.0.0.1', 1, '192.0.2.1, 203.0.113.9', '203.0.113.9'],
    ['what the outer of two saw', '10.0.0.1', 2, '192.0.2.1, 203.0.113.9, 10.0.0.2', '203.0.113.9'],
    ['the proxy’s own where the header is missing', '10.0.0.1', 1, undefined, '10.0.0.1'],
    ['the proxy’s own where there are fewer than were said', '10.0.0.1', 2, '203.0.113.9', '10.0.0.1'],
    ['the proxy’s own where the header is no address', '10.0.0.1', 1, 'unknown', '10.0.0.1'],
    ['an IPv4 address that is written as IPv6', '::ffff:198.51.100.7', 0, undefined, '198.51.100.7'],
    ['the network of an IPv6 address', '2001:db8:1:2:3:4:5:6', 0, undefined, '2001:db8:1:2::/64'],
    ['the same network, however it is written', '2001:0db8:0001:0002::1', 0, undefined, '2001:db8:1:2::/64'],
    ['a short one', '::1', 0, undefined, '0:0:0:0::/64'],
  ])('is %s', (_, remote, hops, forwarded, expected) => {
    expect(from(remote, hops, forwarded)).toBe(expected);
  });
});
