/** `seal-4-gib-program.ts FOLDER` does what seal-4-gib.ts says, and prints it; without a folder, its code is compiled and kept. */
import { keepCompiledCode } from '../compiled-code.ts';

keepCompiledCode();
const { takeFourGib } = await import('./take-4-gib.ts');
const folder = process.argv[2];
if (folder !== undefined) console.log(JSON.stringify(await takeFourGib(folder)));
