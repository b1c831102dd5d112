/** The operator's program. It is so short because what it loads is kept compiled. */
import { loadKept } from './compiled-code.ts';

const { runCommandLine } = await loadKept(() => import('./command-line.ts'));
process.exitCode = await runCommandLine(process.argv.slice(2), process.env);
