/** The operator's program. It is so short because what it loads is kept compiled. */
import { keepCompiledCode } from './compiled-code.ts';

keepCompiledCode();
const { runCommandLine } = await import('./command-line.ts');
process.exitCode = await runCommandLine(process.argv.slice(2), process.env);
