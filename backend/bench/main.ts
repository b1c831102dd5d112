/** `npm run bench -- [NAME …]`: each benchmark beside its peer or limit. The ratio means something, the milliseconds do not. */
import type { Figure } from './by-turns.ts';
import { path } from './path.ts';
import { seal } from './seal.ts';
import { start } from './start.ts';

const BENCHES: Readonly<Record<string, () => Promise<Figure[]>>> = { start, seal, path };

const names = process.argv.slice(2);
const unknown = names.filter((name) => !Object.hasOwn(BENCHES, name));
if (unknown.length > 0) {
  console.error(`there is no benchmark ${unknown.join(', ')}; there are ${Object.keys(BENCHES).join(', ')}`);
  process.exit(2);
}
for (const [name, run] of Object.entries(BENCHES)) {
  if (names.length > 0 && !names.includes(name)) continue;
  const figures = await run();
  const [ours] = figures;
  console.log(name);
  for (const { what, medianMs, bestMs, worstMs, bytes } of figures) {
    const rate = bytes ? `, ${(bytes / 1e6 / (medianMs / 1000)).toFixed(0)} MB/s` : '';
    const ratio =
      ours && what !== ours.what ? `; ours takes ${(ours.medianMs / medianMs).toFixed(2)} times as long` : '';
    console.log(`  ${what}: ${medianMs.toFixed(1)} ms (${bestMs.toFixed(1)} to ${worstMs.toFixed(1)})${rate}${ratio}`);
  }
}
