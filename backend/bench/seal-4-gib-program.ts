/** `seal-4-gib-program.ts FOLDER` does what seal-4-gib.ts says, and prints it; without a folder, its code is compiled and kept. */
import { loadKept } from '../compiled-code.ts';

const { takeFourGib } = await loadKept(() => import('./take-4-gib.ts'));
const folder = process.argv[2];
if (folder !== undefined) console.log(JSON.stringify(await takeFourGib(folder)));
