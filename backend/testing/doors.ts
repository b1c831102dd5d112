/** Real doors without a server: databases, keys and blobs of their own, where nothing works in the background. */
import { rm } from 'node:fs/promises';
import pino from 'pino';
import { type Config, readConfig } from '../config.ts';
import type { Context } from '../context.ts';
import type { Tenant } from '../db/port.ts';
import { createTenant } from '../tenants/create.ts';
import { type OpenDoors, openDoors } from '../wire.ts';
import { makeDataFolder } from './data-folder.ts';
import { cloneControlDatabase } from './postgres.ts';

export type TestDoors = OpenDoors & {
  config: Config;
  /** Makes a tenant, and a context in it. */
  newTenant(): Promise<{ tenant: Tenant; ctx: Context }>;
  stop(): Promise<void>;
};

export async function openTestDoors(): Promise<TestDoors> {
  const dataFolder = await makeDataFolder();
  const databaseUrl = await cloneControlDatabase();
  const config = readConfig({ DEVICELANE_DATA: dataFolder, ...(databaseUrl ? { DATABASE_URL: databaseUrl } : {}) });
  const opened = await openDoors(config, 'http://127.0.0.1:4680', { log: pino({ level: 'silent' }), fsync: false });
  return {
    ...opened,
    config,
    async newTenant() {
      const tenant = await createTenant(opened.doors, { region: 'local' });
      const ctx = await opened.contexts.open({ id: tenant.id }, { kind: 'worker' }, 'test');
      if (!ctx) throw new Error('the tenant that was just made is not active');
      return { tenant, ctx };
    },
    async stop() {
      await opened.close();
      await rm(dataFolder, { recursive: true, force: true });
    },
  };
}
