/** A keyring and sealed bytes of format 1, kept for ever: a change that no longer opens them loses customers' data. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createKeyring } from './keyring.ts';
import { openKeyringFolder } from './keyring-folder.ts';
import type { TenantKeys } from './port.ts';
import { openFileRootKey } from './root-file.ts';
import { fixedBytes } from './sample-streams.ts';

const RECORDS: [string[], string][] = [
  [
    ['t1', 'kek', '1'],
    '{"check":"B_atx1mwmfspiQe5I7CuZ0fBbgffwHQzgzS3hWjetG0","rootKeyId":"file:1c6462c6cbcc75fe","v":1,"version":1,"wrapped":"ixw23tB7Sv29VSepJHY0Dinmi0gv60um3l6BT4HEQ2Smo9xDIP-EDXNJKeZu7zScUelt6Wd_u30Pm_1o"}',
  ],
  [
    ['t1', 'data', 'art_1'],
    '{"tenantKeyVersion":1,"v":1,"wrapped":"Welp-9sh-o-Ie6AWv7wzCcnQEIL0eO5n4cTGKk8Twg_jrXoEI_SPaQtipKW7s6iH5jiKoRz-yGrpobR2"}',
  ],
  [
    ['t1', 'secret', 'database'],
    '{"tenantKeyVersion":1,"v":1,"wrapped":"91BW9QnbC0V8ESF4kBl-0w3RCBtzwM9DnSRlGywRAL8RJLCRvO1MoGLVXf_g7GHY6usQP61CD6zBaRw4"}',
  ],
  [
    ['t1', 'index', 'digest'],
    '{"tenantKeyVersion":1,"v":1,"wrapped":"M1rrlK21yz-Do4XWdlREte6tFGsSQr5XHNBAnkWxlt7B4n8bfuTuisLq2v1y-h610lnQBMIJdrBbfUeN"}',
  ],
];
const SEALED =
  'RExFMQVhcnRfMYyREgwki2CfD5MwQzOvb2_QegN5n9dKfZj50cRZ04qkFmDIKBjmkfZGGju3M1clOwHOTSYZcnEhOiZ5G0hIW2OoaV8bAmgx-jQ9_0nMiR2zsbUr7BLu';

describe('format 1', () => {
  let folder: string;
  let tenant: TenantKeys;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'format-'));
    await writeFile(join(folder, 'root.key'), fixedBytes(32, 'root'), { mode: 0o600 });
    const store = await openKeyringFolder(join(folder, 'keyring'));
    for (const [path, record] of RECORDS) await store.create(path, Buffer.from(record));
    tenant = createKeyring({ root: await openFileRootKey(join(folder, 'root.key')), store }).tenant('t1');
  });
  afterAll(() => rm(folder, { recursive: true }));

  test('opens sealed bytes', async () => {
    const opened = await tenant.open('art_1', 'runs|title|run_1', Buffer.from(SEALED, 'base64url'));
    expect(opened.toString()).toBe('before release');
  });

  test('gives the tenant’s secret', async () => {
    expect(await tenant.secret('database')).toBe('sVoB3UflTamGIVHE4b7Gfl3Scp5XxowdCmKgkxV-Duc');
  });

  test('gives the digests that rows were found by', async () => {
    const digest = await tenant.digest('email', 'a@example.com');
    expect(digest.toString('hex')).toBe('1d2b790fc4baa1552c60da48e3775c9e69f342ac2e7c679b31e0df5bf8b9b077');
  });
});
