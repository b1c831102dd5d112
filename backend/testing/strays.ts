/**
 * Whether the rows of a tenant's uploads, its blobs and its keys tell of each other: what no row tells of is a stray, what is
 * not there that a row tells of is missing.
 */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Context } from '../context.ts';

export type Strays = { blobs: string[]; keys: string[]; missingBlobs: string[]; missingKeys: string[] };

const PATIENCE_MS = 5_000;

export const NO_STRAYS: Strays = { blobs: [], keys: [], missingBlobs: [], missingKeys: [] };

/**
 * To be asked when no task is at work. A request whose caller has gone may still be clearing up, so strays are looked for
 * again for some seconds.
 */
export async function findStrays(ctx: Context, dataFolder: string): Promise<Strays> {
  const end = performance.now() + PATIENCE_MS;
  for (;;) {
    const found = await lookOnce(ctx, dataFolder);
    if (Object.values(found).every((names) => names.length === 0) || performance.now() > end) return found;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function lookOnce(ctx: Context, dataFolder: string): Promise<Strays> {
  const { db } = ctx;
  const artifacts = await db.selectFrom('artifacts').select(['id', 'state', 'content_id']).execute();
  const contents = await db.selectFrom('contents').select(['id', 'blob_name', 'signatures_blob']).execute();
  const ids = new Set(contents.map(({ id }) => id));
  const wanted = new Set(
    contents.flatMap(({ blob_name, signatures_blob }) => [blob_name, signatures_blob ?? blob_name]),
  );
  for (const table of ['upload_parts', 'job_documents', 'evidence'] as const) {
    for (const row of await db.selectFrom(table).select('blob_name').execute()) wanted.add(row.blob_name);
  }
  const keys = new Set([...artifacts.filter(({ state }) => state !== 'forgotten').map(({ id }) => id), ...ids]);
  // What is not finished, too.
  const blobs = new Set(await filesIn(join(dataFolder, 'blobs', ctx.tenant.container)));
  const kept = new Set(await dataKeys(ctx, dataFolder));
  const unreferred = [...ids].filter((id) => !artifacts.some(({ content_id }) => content_id === id));
  return {
    blobs: [...blobs].filter((name) => !wanted.has(name)),
    keys: [...[...kept].filter((id) => !keys.has(id)), ...unreferred],
    missingBlobs: [...wanted].filter((name) => !blobs.has(name)),
    missingKeys: [...keys].filter((id) => !kept.has(id)),
  };
}

/** Of artifacts and contents, as the keyring's folder holds them. */
async function dataKeys(ctx: Context, dataFolder: string): Promise<string[]> {
  const names = await filesIn(join(dataFolder, 'keyring', `${ctx.tenant.id}.keys`, 'data.keys'));
  return names.flatMap((name) => /^(art_\w+|[0-9a-f]{32})[.~]/.exec(name)?.[1] ?? []);
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
}
