/** Brings a database up to date with the numbered SQL files of a folder. They are frozen once released. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import type { ClientBase } from 'pg';

type Migration = { name: string; sql: string; digest: string };

/** Any number that only migrations of this product use as an advisory lock. */
const LOCK = 4_680_001;

async function readMigrations(kind: 'control' | 'tenant'): Promise<Migration[]> {
  const folder = new URL(`./migrations/${kind}/`, import.meta.url);
  const names = (await readdir(folder)).filter((name) => /^\d{4}-[a-z0-9-]+\.sql$/.test(name)).sort();
  return Promise.all(
    names.map(async (name) => {
      const sql = await readFile(new URL(name, folder), 'utf8');
      return { name, sql, digest: createHash('sha256').update(sql).digest('hex') };
    }),
  );
}

/**
 * Applies what is missing, each file in one transaction, one process at a time.
 * @returns names of the applied files
 * @throws Error when an applied file has changed since, or the database is newer than this program
 */
export async function migrate(client: ClientBase, kind: 'control' | 'tenant'): Promise<string[]> {
  const migrations = await readMigrations(kind);
  await client.query('select pg_advisory_lock($1)', [LOCK]);
  try {
    await client.query(
      'create table if not exists migrations (name text primary key, digest text not null, applied_at timestamptz not null default now())',
    );
    const { rows } = await client.query<{ name: string; digest: string }>('select name, digest from migrations');
    const applied = new Map(rows.map((row) => [row.name, row.digest]));
    for (const name of applied.keys()) {
      if (!migrations.some((migration) => migration.name === name)) {
        throw new Error(
          `the ${kind} database has the migration ${name}, which this program does not know; start a newer one`,
        );
      }
    }
    const missing = migrations.filter((migration) => !applied.has(migration.name));
    for (const migration of migrations) {
      const digest = applied.get(migration.name);
      if (digest && digest !== migration.digest)
        throw new Error(`the migration ${kind}/${migration.name} is frozen, and was changed`);
    }
    for (const migration of missing) {
      await client.query('begin');
      await client.query(migration.sql);
      await client.query('insert into migrations (name, digest) values ($1, $2)', [migration.name, migration.digest]);
      await client.query('commit');
    }
    return missing.map((migration) => migration.name);
  } catch (error) {
    await client.query('rollback');
    throw error;
  } finally {
    await client.query('select pg_advisory_unlock($1)', [LOCK]);
  }
}
