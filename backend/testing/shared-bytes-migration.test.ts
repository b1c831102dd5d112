import { readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import { Client } from 'pg';
import { cloneControlDatabase } from './postgres.ts';

test('what was stored before bytes were shared goes on as the content of its one artifact', async () => {
  const client = new Client({ connectionString: (await cloneControlDatabase()) ?? '' });
  await client.connect();
  const apply = async (name: string) =>
    client.query(await readFile(new URL(`../db/migrations/tenant/${name}.sql`, import.meta.url), 'utf8'));
  try {
    await client.query('create schema tenant; set search_path to tenant');
    await apply('0001-start');
    await apply('0002-prior');
    await client.query(`
      insert into projects values ('prj', 'https://issuer', '1', '2', '');
      insert into artifacts (id, project_id, capability_id, state, size, sha256, blob_name, signatures_blob, signatures_size,
        created_at, completed_at, expires_at)
      values
        ('one', 'prj', 'cap', 'complete', 10, 'x', 'blob 1', 'signatures 1', 3, now(), now(), now()),
        ('two', 'prj', 'cap', 'complete', 10, 'x', 'blob 2', null, null, now(), now(), now()),
        ('open', 'prj', 'cap', 'uploading', 10, 'x', null, null, null, now(), null, now()),
        ('gone', 'prj', 'cap', 'forgotten', 10, 'x', null, null, null, now(), now(), now())`);
    await apply('0003-shared-bytes');
    const contents = await client.query(
      'select id, sha256, size, blob_name, signatures_blob from contents order by id',
    );
    expect(contents.rows).toEqual([
      { id: 'one', sha256: null, size: '10', blob_name: 'blob 1', signatures_blob: 'signatures 1' },
      { id: 'two', sha256: null, size: '10', blob_name: 'blob 2', signatures_blob: null },
    ]);
    const artifacts = await client.query('select id, content_id from artifacts order by id');
    expect(artifacts.rows).toEqual([
      { id: 'gone', content_id: null },
      { id: 'one', content_id: 'one' },
      { id: 'open', content_id: null },
      { id: 'two', content_id: 'two' },
    ]);
  } finally {
    await client.end();
  }
});
