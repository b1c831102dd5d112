/** Azure behind a bad line: what is cut is gone on with, what is busy is asked again, and no error tells a secret. */
import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import pino from 'pino';
import { type Azurite, startAzurite } from '../testing/azurite.ts';
import { type Fault, type FaultyProxy, startFaultyProxy } from '../testing/faulty-proxy.ts';
import { openAzureBlobs } from './azure.ts';
import type { Pace } from './azure-call.ts';
import { BlobExists, BlobNotFound, BlobStoreFailed, type Blobs, type Remains } from './port.ts';

const MIB = 1024 * 1024;
const PACE: Pace = { tries: 4, retryDelayMs: 5, idleMs: 20_000 };
/** For connections that hang; too short for a busy machine elsewhere. */
const IMPATIENT: Pace = { ...PACE, idleMs: 500 };
const large = randomBytes(13 * MIB + 7);
const small = randomBytes(1000);

let azurite: Azurite;
let proxy: FaultyProxy;
let prefix: string;
let blobs: Blobs;
beforeAll(async () => {
  azurite = await startAzurite();
  proxy = await startFaultyProxy(azurite.port);
});
afterAll(async () => {
  await proxy.stop();
  await azurite.stop();
});
beforeEach(async () => {
  prefix = `p${randomBytes(4).toString('hex')}`;
  blobs = await openStore(PACE);
  await blobs.createContainer('t-1');
});
afterEach(() => {
  proxy.faults.splice(0);
});

const openStore = (pace: Pace): Promise<Blobs> =>
  openAzureBlobs({ account: { connectionString: azurite.through(proxy.port) }, prefix, pace });

async function* once(...pieces: Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* pieces;
}

async function drain<T>(source: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const each of source) found.push(each);
  return found;
}

const readAll = async (name: string, range?: { offset: number; length: number }): Promise<Buffer> =>
  Buffer.concat(await drain(blobs.read('t-1', name, range)));
const namesNow = async (): Promise<string[]> => (await drain(blobs.list('t-1'))).map(({ name }) => name);

const isRead: Fault['when'] = ({ method }) => method === 'GET';
const isBlock: Fault['when'] = ({ url }) => url.includes('comp=block&');
const isCommit: Fault['when'] = ({ method, url }) => method === 'PUT' && url.includes('comp=blocklist');
const isPut: Fault['when'] = ({ method, url }) => method === 'PUT' && !url.includes('comp=');
const always: Fault['when'] = () => true;

describe('a read', () => {
  beforeEach(async () => {
    await blobs.write('t-1', 'a', once(large));
  });

  test.each([['cut answer'], ['hang answer']] as const)('goes on where it was after each %s', async (kind) => {
    proxy.faults.push({ when: isRead, times: 3, does: { kind, after: 3 * MIB + 1 } });
    if (kind === 'hang answer') blobs = await openStore(IMPATIENT);
    const from = proxy.seen.length;
    expect((await readAll('a')).equals(large)).toBe(true);
    expect(proxy.seen.slice(from)).toHaveLength(4);
  });

  test('of a range goes on where it was', async () => {
    proxy.faults.push({ when: isRead, times: 2, does: { kind: 'cut answer', after: 700_000 } });
    const range = { offset: 5 * MIB, length: 2 * MIB };
    expect((await readAll('a', range)).equals(large.subarray(5 * MIB, 7 * MIB))).toBe(true);
  });

  test('of many ranges, each left when all its bytes are there, keeps its connection', async () => {
    await readAll('a', { offset: 0, length: 1 });
    const before = proxy.connections();
    for (let offset = 0; offset < 20; offset++) {
      let left = 100_000;
      for await (const piece of blobs.read('t-1', 'a', { offset, length: left })) {
        left -= piece.length;
        if (left === 0) break;
      }
    }
    expect(proxy.connections() - before).toBe(0);
  });

  test('that brings no byte any more fails, after some tries, and gave only bytes of the blob', async () => {
    const got: Uint8Array[] = [];
    const reading = (async () => {
      for await (const piece of blobs.read('t-1', 'a')) {
        if (got.length === 0) proxy.faults.push({ when: isRead, times: 100, does: { kind: 'cut answer', after: 0 } });
        got.push(piece);
      }
    })();
    proxy.faults.push({ when: isRead, times: 1, does: { kind: 'cut answer', after: MIB } });
    await expect(reading).rejects.toThrow(BlobStoreFailed);
    const found = Buffer.concat(got);
    expect(found.length).toBeLessThanOrEqual(MIB);
    expect(found.equals(large.subarray(0, found.length))).toBe(true);
    expect(proxy.faults.at(-1)?.times).toBe(100 - PACE.tries + 1);
  });

  test('of a blob that is removed meanwhile fails, rather than end', async () => {
    proxy.faults.push({ when: isRead, times: 1, does: { kind: 'cut answer', after: MIB } });
    const reading = (async () => {
      for await (const _ of blobs.read('t-1', 'a')) await blobs.remove('t-1', 'a');
    })();
    await expect(reading).rejects.toThrow(BlobNotFound);
  });

  test('never goes on with another blob that took the name', async () => {
    proxy.faults.push({ when: isRead, times: 1, does: { kind: 'cut answer', after: MIB } });
    let isFirst = true;
    const reading = (async () => {
      for await (const _ of blobs.read('t-1', 'a')) {
        if (!isFirst) continue;
        isFirst = false;
        await blobs.remove('t-1', 'a');
        await blobs.write('t-1', 'a', once(Buffer.alloc(13 * MIB + 7)));
      }
    })();
    await expect(reading).rejects.toThrow(BlobNotFound);
  });
});

describe('a write', () => {
  const sizes = [
    ['few bytes', small],
    ['many bytes', large],
  ] as const;

  test.each(sizes)('of %s ends right when the answer to its last request is lost', async (_, bytes) => {
    proxy.faults.push({ when: bytes === small ? isPut : isCommit, times: 1, does: { kind: 'lose answer' } });
    expect(await blobs.write('t-1', 'a', once(bytes))).toBe(bytes.length);
    expect(proxy.faults[0]?.times).toBe(0);
    expect((await readAll('a')).equals(bytes)).toBe(true);
  });

  test.each(sizes)('of %s does not take another’s blob for its own', async (_, bytes) => {
    async function* source() {
      yield bytes.subarray(0, 10);
      await blobs.write('t-1', 'a', once(Buffer.from('first')));
      yield bytes.subarray(10);
    }
    await expect(blobs.write('t-1', 'a', source())).rejects.toThrow(BlobExists);
    expect((await readAll('a')).toString()).toBe('first');
  });

  test('sends a block again that was cut or whose connection hangs', async () => {
    proxy.faults.push({ when: isBlock, times: 2, does: { kind: 'cut request', after: 2 * MIB } });
    proxy.faults.push({ when: isBlock, times: 1, does: { kind: 'hang' } });
    blobs = await openStore(IMPATIENT);
    expect(await blobs.write('t-1', 'a', once(large))).toBe(large.length);
    expect((await readAll('a')).equals(large)).toBe(true);
  });

  test.each([
    ['a block', isBlock],
    ['the list of blocks', isCommit],
  ])('that cannot send %s fails, closes its source, and leaves nothing to see', async (_, when) => {
    proxy.faults.push({ when, times: 1000, does: { kind: 'answer', status: 503 } });
    const source = once(large, large, large);
    await expect(blobs.write('t-1', 'a', source)).rejects.toThrow(BlobStoreFailed);
    expect((await source.next()).done).toBe(true);
    expect(await namesNow()).toEqual([]);
    proxy.faults.splice(0);
    await blobs.write('t-1', 'a', once(large));
    expect((await readAll('a')).equals(large)).toBe(true);
  });

  test('asks its source for no more than four blocks that the store did not take', async () => {
    proxy.faults.push({ when: isBlock, times: 1000, does: { kind: 'hang' } });
    blobs = await openStore(IMPATIENT);
    let given = 0;
    async function* source() {
      for (;;) {
        yield Buffer.alloc(MIB);
        given += 1;
      }
    }
    await expect(blobs.write('t-1', 'a', source())).rejects.toThrow(BlobStoreFailed);
    expect(given).toBeLessThanOrEqual(16);
  });

  test('tells of blocks without a blob, and a removal drops them', async () => {
    async function* failing() {
      yield large;
      throw new Error('gone');
    }
    await expect(blobs.write('t-1', 'a', failing())).rejects.toThrow('gone');
    expect(await drain(blobs.remains('t-1'))).toEqual([{ name: 'a', what: 'unfinished' }]);
    await blobs.remove('t-1', 'a');
    expect(await drain(blobs.remains('t-1'))).toEqual([]);
  });
});

describe('a busy account', () => {
  test.each([500, 503, 429])('that answers %i is asked again, a few times', async (status) => {
    const busy = (): void => {
      proxy.faults.splice(0, 1, { when: always, times: PACE.tries - 1, does: { kind: 'answer', status } });
    };
    busy();
    await blobs.createContainer('t-2');
    busy();
    await blobs.write('t-1', 'a', once(small));
    busy();
    expect((await readAll('a')).equals(small)).toBe(true);
    busy();
    expect(await blobs.size('t-1', 'a')).toBe(small.length);
    busy();
    expect(await namesNow()).toEqual(['a']);
    busy();
    await blobs.remove('t-1', 'a');
    await expect(blobs.size('t-1', 'a')).rejects.toThrow(BlobNotFound);
    busy();
    await blobs.removeContainer('t-2');

    proxy.faults.splice(0, 1, { when: always, times: 1000, does: { kind: 'answer', status } });
    await expect(blobs.size('t-1', 'a')).rejects.toThrow(BlobStoreFailed);
    expect(proxy.faults[0]?.times).toBe(1000 - PACE.tries);
  });

  test('that refuses is not taken for one that has nothing', async () => {
    proxy.faults.push({ when: always, times: 1000, does: { kind: 'answer', status: 403 } });
    await expect(blobs.size('t-1', 'a')).rejects.toThrow(BlobStoreFailed);
    await expect(readAll('a')).rejects.toThrow(BlobStoreFailed);
    await expect(namesNow()).rejects.toThrow(BlobStoreFailed);
    await expect(blobs.remove('t-1', 'a')).rejects.toThrow(BlobStoreFailed);
    await expect(blobs.removeContainer('t-1')).rejects.toThrow(BlobStoreFailed);
    await expect(blobs.createContainer('t-1')).rejects.toThrow(BlobStoreFailed);
    await expect(drain(blobs.remains('t-1'))).rejects.toThrow(BlobStoreFailed);
  });
});

/** What Azure answers where versioning and soft delete are on; Azurite has neither. */
const listed = (...blobsInIt: string[]): Fault['does'] => ({
  kind: 'answer',
  status: 200,
  headers: { 'content-type': 'application/xml' },
  body: `<?xml version="1.0" encoding="utf-8"?><EnumerationResults ServiceEndpoint="http://x/" ContainerName="c"><Blobs>${blobsInIt.join('')}</Blobs><NextMarker/></EnumerationResults>`,
});
const item = (name: string, more: string): string =>
  `<Blob><Name>${name}</Name>${more}<Properties><Last-Modified>Wed, 25 Mar 2026 10:00:00 GMT</Last-Modified><Etag>0x1</Etag><Content-Length>5</Content-Length><BlobType>BlockBlob</BlobType></Properties></Blob>`;
const isList: Fault['when'] = ({ url }) => url.includes('comp=list');
const version = '2026-03-25T10:00:00.0000000Z';

describe('an account with versions and soft delete', () => {
  test('loses each version of a blob that is removed, and none of another', async () => {
    await blobs.write('t-1', 'a', once(small));
    proxy.faults.push({
      when: isList,
      times: 1,
      does: listed(
        item('a', '<Deleted>true</Deleted><VersionId>2026-03-24T10:00:00.0000000Z</VersionId>'),
        item('a', `<VersionId>${version}</VersionId>`),
        item('ab', '<VersionId>2026-03-26T10:00:00.0000000Z</VersionId>'),
      ),
    });
    proxy.faults.push({
      when: ({ method, url }) => method === 'DELETE' && url.includes('versionid='),
      times: 9,
      does: { kind: 'answer', status: 202 },
    });
    const from = proxy.seen.length;
    await blobs.remove('t-1', 'a');
    const removed = proxy.seen.slice(from).filter((each) => each.startsWith('DELETE'));
    expect(removed).toHaveLength(2);
    expect(decodeURIComponent(removed[1] ?? '')).toContain(`/a?versionid=${version}`);
  });

  test('says what it still holds', async () => {
    proxy.faults.push({
      when: isList,
      times: 1,
      does: listed(
        item('a', `<IsCurrentVersion>true</IsCurrentVersion><VersionId>${version}</VersionId>`),
        item('b', '<VersionId>2026-03-24T10:00:00.0000000Z</VersionId>'),
        item('c', '<Snapshot>2026-03-24T10:00:00.0000000Z</Snapshot>'),
        item('d', '<Deleted>true</Deleted>'),
      ),
    });
    const container = `${prefix}-t-1`;
    proxy.faults.push({
      when: isList,
      times: 1,
      does: {
        ...listed(),
        body: `<?xml version="1.0" encoding="utf-8"?><EnumerationResults ServiceEndpoint="http://x/"><Containers><Container><Name>${container}</Name><Deleted>true</Deleted><Version>1</Version><Properties/></Container><Container><Name>${container}0</Name><Deleted>true</Deleted><Properties/></Container></Containers><NextMarker/></EnumerationResults>`,
      } as Fault['does'],
    });
    const expected: Remains[] = [
      { name: 'b', what: 'version' },
      { name: 'c', what: 'snapshot' },
      { name: 'd', what: 'deleted blob' },
      { name: container, what: 'deleted container' },
    ];
    expect(await drain(blobs.remains('t-1'))).toEqual(expected);
  });
});

describe('D1: no error tells a secret', () => {
  const signature = `sig${randomBytes(24).toString('hex')}`;
  const sas = () =>
    `BlobEndpoint=http://127.0.0.1:${proxy.port}/devicelane;SharedAccessSignature=sv=2025-05-05&sp=r&sig=${signature}`;
  /** Azure quotes what was signed, and intermediaries quote URLs. */
  const body = () =>
    `<?xml version="1.0"?><Error><Code>AuthenticationFailed</Code><Message>${signature} ${azurite.accountKey}</Message></Error>`;

  test.each([
    ['a wrong signature', 403],
    ['a bad gateway', 502],
    ['too many requests', 429],
    ['no connection', 0],
  ])('of %s', async (_, status) => {
    const port = status === 0 ? 1 : proxy.port;
    const shared = (value: string): string => value.replace(`:${proxy.port}/`, `:${port}/`);
    const accounts = [shared(sas()), azurite.through(port)];
    for (const connectionString of accounts) {
      const store = await openAzureBlobs({ account: { connectionString }, prefix, pace: { ...PACE, tries: 2 } });
      proxy.faults.push({
        when: always,
        times: 1000,
        does: { kind: 'answer', status, body: body(), headers: { 'content-type': 'application/xml' } },
      });
      const failures = await Promise.allSettled([
        store.createContainer('t-1'),
        store.removeContainer('t-1'),
        store.write('t-1', 'a', once(small)),
        store.write('t-1', 'b', once(large)),
        drain(store.read('t-1', 'a')),
        store.size('t-1', 'a'),
        store.remove('t-1', 'a'),
        drain(store.list('t-1')),
        drain(store.remains('t-1')),
      ]);
      for (const failure of failures) {
        if (failure.status !== 'rejected') throw new Error('a call went well');
        expect(failure.reason).toBeInstanceOf(BlobStoreFailed);
        const logged: string[] = [];
        pino({ base: null }, { write: (line) => void logged.push(line) }).error({ err: failure.reason });
        const told = [
          inspect(failure.reason, { depth: 20, showHidden: true }),
          logged.join(),
          JSON.stringify(failure.reason),
        ];
        for (const text of told) {
          expect(text).not.toContain(signature);
          expect(text).not.toContain(azurite.accountKey);
          expect(text).not.toMatch(/SharedKey|SharedAccessSignature|sig=|sv=|\?/);
        }
        expect(told[0]).toContain('Azure Blob Storage: ');
      }
    }
  });
});
