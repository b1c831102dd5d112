/**
 * `npm run bench -- [NAME …]`: each benchmark beside its peer or limit. The ratio means something, the milliseconds do not.
 * `npm run bench -- upload FILE FILE …` takes builds of your own, each the difference to the one before.
 */
import { audit } from './audit.ts';
import type { Figure } from './by-turns.ts';
import { capability } from './capability.ts';
import { dispatch } from './dispatch.ts';
import { path } from './path.ts';
import { seal } from './seal.ts';
import { start } from './start.ts';
import { upload } from './upload.ts';
import { uploadTime } from './upload-time.ts';

const BENCHES: Readonly<Record<string, () => Promise<Figure[] | string[]>>> = {
  start,
  capability,
  seal,
  path,
  upload: () => upload(files),
  'upload-time': uploadTime,
  audit,
  dispatch,
};

const given = process.argv.slice(2);
const files = given[0] === 'upload' && !Object.hasOwn(BENCHES, given[1] ?? 'start') ? given.slice(1) : [];
const names = files.length > 0 ? ['upload'] : given;
const unknown = names.filter((name) => !Object.hasOwn(BENCHES, name));
if (unknown.length > 0) {
  console.error(`there is no benchmark ${unknown.join(', ')}; there are ${Object.keys(BENCHES).join(', ')}`);
  process.exit(2);
}
for (const [name, run] of Object.entries(BENCHES)) {
  if (names.length > 0 && !names.includes(name)) continue;
  const told = await run();
  console.log(name);
  for (const line of told.map((each) => (typeof each === 'string' ? each : describe(each, told[0])))) {
    console.log(`  ${line}`);
  }
}

function describe({ what, medianMs, bestMs, worstMs, bytes }: Figure, first: Figure | string | undefined): string {
  const rate = bytes ? `, ${(bytes / 1e6 / (medianMs / 1000)).toFixed(0)} MB/s` : '';
  const isPeer = typeof first === 'object' && what !== first.what;
  const ratio = isPeer ? `; ours takes ${(first.medianMs / medianMs).toFixed(2)} times as long` : '';
  return `${what}: ${medianMs.toFixed(1)} ms (${bestMs.toFixed(1)} to ${worstMs.toFixed(1)})${rate}${ratio}`;
}
