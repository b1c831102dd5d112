/** For whoever takes this folder alone, without packages: `node main.ts FILE …`, with Node 24. */
import process from 'node:process';
import { verifyCommand } from './command.ts';

process.exitCode = await verifyCommand(process.argv.slice(2));
