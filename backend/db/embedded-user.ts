/** The user that the embedded Postgres runs as: it refuses to run as root, so root lends it an unprivileged one. */
import { readFile, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

export type PostgresUser = { uid: number; gid: number };

/** null: this process's own user will do. */
export async function postgresUser(): Promise<PostgresUser | null> {
  if (process.getuid?.() !== 0) return null;
  const lines = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'));
  const entry = lines.find(([name]) => name === 'postgres') ?? lines.find(([name]) => name === 'nobody');
  if (!entry) throw new Error('run as root, the embedded Postgres needs a user named postgres or nobody');
  return { uid: Number(entry[2]), gid: Number(entry[3]) };
}

/** Whether the user may pass through every folder above and into a path. */
export async function isReachable(user: PostgresUser, path: string): Promise<boolean> {
  for (let folder = resolve(path); ; folder = dirname(folder)) {
    const { uid, gid, mode } = await stat(folder);
    const needed = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
    if ((mode & needed) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}
