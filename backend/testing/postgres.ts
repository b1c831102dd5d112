/**
 * One Postgres for a whole test run, started by Jest's `globalSetup`; each world gets a control database of its own, cloned
 * from a template that has the migrations and the queue's tables.
 */
import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { Client } from 'pg';
import pino from 'pino';
import { readConfig } from '../config.ts';
import { startEmbedded } from '../db/embedded.ts';
import { startBackend } from '../wire.ts';
import { makeDataFolder } from './data-folder.ts';

const VARIABLE = 'DEVICELANE_TEST_POSTGRES';
const TEMPLATE = 'devicelane_template';

const withDatabase = (url: string, name: string): string => {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
};

async function query(url: string, text: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query(text).finally(() => client.end());
}

/** Starts the server and makes the template. Returns what stops it. */
export async function startTestPostgres(): Promise<() => Promise<void>> {
  const folder = await makeDataFolder();
  const postgres = await startEmbedded(folder, { fsync: false });
  process.env[VARIABLE] = postgres.url;
  await query(postgres.url, `create database ${TEMPLATE}`);
  const backendFolder = await makeDataFolder();
  const config = readConfig({
    DATABASE_URL: withDatabase(postgres.url, TEMPLATE),
    DEVICELANE_DATA: backendFolder,
    PORT: '0',
  });
  const backend = await startBackend(config, { log: pino({ level: 'silent' }) });
  await backend.stop();
  await rm(backendFolder, { recursive: true, force: true });
  return async () => {
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  };
}

/** The address of a fresh control database; null outside of a test run, where the backend starts a Postgres of its own. */
export async function cloneControlDatabase(): Promise<string | null> {
  const server = process.env[VARIABLE];
  if (!server) return null;
  const name = `control_${randomBytes(8).toString('hex')}`;
  await query(server, `create database ${name} template ${TEMPLATE}`);
  return withDatabase(server, name);
}
