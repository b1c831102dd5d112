import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openAzureBlobs } from '../blobs/azure.ts';
import { type Azurite, startAzurite } from '../testing/azurite.ts';
import { openTestDoors, type TestDoors } from '../testing/doors.ts';
import { type FaultyProxy, startFaultyProxy } from '../testing/faulty-proxy.ts';
import { doctor } from './doctor.ts';

let opened: TestDoors;
let azurite: Azurite;
let proxy: FaultyProxy;
beforeAll(async () => {
  opened = await openTestDoors();
  azurite = await startAzurite();
  proxy = await startFaultyProxy(azurite.port);
});
afterAll(async () => {
  await proxy.stop();
  await azurite.stop();
  await opened.stop();
});

/** What the doctor says of blobs. */
async function linesOf(azure: boolean): Promise<string[]> {
  const account = { connectionString: azurite.through(proxy.port) };
  const pace = { tries: 2, retryDelayMs: 1, idleMs: 5_000 };
  const config = { ...opened.config, issuers: [] };
  const doors = azure ? { ...opened.doors, blobs: await openAzureBlobs({ account, prefix: 'd', pace }) } : opened.doors;
  const blobs = azure ? ({ kind: 'azure', prefix: 'd', account } as const) : config.blobs;
  const said = await doctor({ doors, system: opened.contexts.system('doctor'), config: { ...config, blobs } });
  return said.split('\n').filter((line) => line.includes(' blobs: '));
}

describe('the doctor', () => {
  test('says that a folder works', async () => {
    expect(await linesOf(false)).toEqual(['ok      blobs: a folder; written, read back and removed']);
  });

  test('says that an Azure account works, and leaves nothing in it', async () => {
    expect(await linesOf(true)).toEqual(['ok      blobs: an Azure account; written, read back and removed']);
    const [made] = proxy.seen.filter((each) => each.includes('restype=container')).map((each) => each.split('?')[0]);
    expect(proxy.seen.some((each) => each.startsWith(`${made?.replace('PUT', 'DELETE')}?`))).toBe(true);
  });

  test('warns of an account that keeps what was removed', async () => {
    proxy.faults.push({
      when: ({ url }) => url.includes('comp=list') && url.includes('include=') && url.includes('restype=container'),
      times: 2,
      does: {
        kind: 'answer',
        status: 200,
        headers: { 'content-type': 'application/xml' },
        body: '<?xml version="1.0"?><EnumerationResults><Blobs><Blob><Name>check</Name><Deleted>true</Deleted><Properties><Last-Modified>Wed, 25 Mar 2026 10:00:00 GMT</Last-Modified><Etag>0x1</Etag></Properties></Blob></Blobs><NextMarker/></EnumerationResults>',
      },
    });
    expect(await linesOf(true)).toEqual([
      'ok      blobs: an Azure account; written, read back and removed',
      'warning blobs: the account keeps a deleted blob after its removal: switch off versioning and soft delete',
    ]);
  });

  test('says what an account refused, and not with what it was asked', async () => {
    proxy.faults.push({ when: () => true, times: 100, does: { kind: 'answer', status: 403 } });
    const lines = await linesOf(true);
    expect(lines).toEqual([expect.stringMatching(/^FAILED {2}blobs: Azure Blob Storage: \w.* failed: 403/)]);
    expect(lines[0]).not.toContain(azurite.accountKey);
  });
});
