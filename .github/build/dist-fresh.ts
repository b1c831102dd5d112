/** Says whether the committed `dist/` is what the sources build: builds it elsewhere and compares byte by byte. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const committed = fileURLToPath(new URL('../../dist/action/', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'devicelane-dist-'));
try {
  const built = spawnSync('rolldown', ['-c', '.github/build/rolldown.config.ts'], {
    env: { ...process.env, DEVICELANE_DIST: folder },
    encoding: 'utf8',
  });
  if (built.status !== 0) throw new Error(`the build failed:\n${built.stdout}${built.stderr}`);
  const names = [...new Set([...readdirSync(committed), ...readdirSync(folder)])].sort();
  const stale = names.filter((name) => {
    const [before, after] = [committed, folder].map((place) => {
      try {
        return readFileSync(join(place, name));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
        throw error;
      }
    });
    return !before || !after || !before.equals(after);
  });
  for (const name of stale) console.error(`dist/action/${name} is not what the sources build; run npm run build`);
  process.exitCode = stale.length > 0 ? 1 : 0;
} finally {
  rmSync(folder, { recursive: true });
}
