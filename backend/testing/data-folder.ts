/** A folder for one backend's data, which the embedded Postgres's user can pass through. */
import { chmod, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export async function makeDataFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'devicelane-data-'));
  await chmod(folder, 0o711);
  return folder;
}
