import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createFarmDirectory } from './directory.ts';
import { toLoopback } from './testing/to-loopback.ts';

const MIB = 1024 * 1024;
const LARGE = 'x'.repeat(5 * MIB);
let served = 0;
let pages = 0;
/** A farm whose pages have no end, and another whose one answer has none. */
const server = createServer(async (request, response) => {
  response.on('close', () => response.destroy());
  const send = (text: string): Promise<void> => {
    served += text.length;
    return new Promise((resolve) => response.write(text, () => resolve()));
  };
  pages += 1;
  if (request.method === 'POST') {
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' });
    await send(JSON.stringify({ devices: [{ name: LARGE }], nextToken: `page-${pages}` }));
    response.end();
    return;
  }
  await send('["');
  while (!response.destroyed) await send(LARGE);
});
beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  served = 0;
  pages = 0;
});
const baseUrl = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const directory = createFarmDirectory(toLoopback);
const openAws = () =>
  directory.open(
    {
      kind: 'aws_device_farm',
      name: 'aws',
      settings: { projectArn: 'arn:aws:devicefarm:us-west-2:123456789012:project:one', baseUrl: baseUrl() },
    },
    { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'a-secret-access-key' },
  );

describe('a farm that says more than memory has room for', () => {
  test('in pages without end is given up after 64 MiB, and may be asked again', async () => {
    for (let time = 0; time < 2; time++) {
      pages = 0;
      await expect(openAws().devices()).rejects.toMatchObject({ name: 'FarmError', kind: 'broken' });
      expect(pages).toBe(13);
    }
  }, 30_000);

  test('in one answer without end is given up after 16 MiB', async () => {
    const farm = directory.open(
      { kind: 'browserstack', name: 'bs', settings: { resultsExpireAfterDays: 60, baseUrl: baseUrl() } },
      { username: 'robot', accessKey: 'an-access-key' },
    );
    await expect(farm.devices()).rejects.toMatchObject({ name: 'FarmError', kind: 'broken' });
    // What the system holds between the two was served as well.
    expect(served).toBeLessThan(48 * MIB);
  }, 30_000);
});

test('settings that lead to where nothing is sent are refused by name', () => {
  const refused = { name: 'FarmError', kind: 'refused', field: 'settings.baseUrl' };
  for (const wrong of ['http://10.0.0.5/', 'https://169.254.169.254/', 'no address']) {
    expect(() => directory.requireReachable({ baseUrl: wrong })).toThrow(expect.objectContaining(refused));
  }
  for (const settings of [{}, { baseUrl: 'https://api.example.com' }, { baseUrl: baseUrl() }]) {
    directory.requireReachable(settings);
  }
});
