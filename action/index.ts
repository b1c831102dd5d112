/** What `action.yml` starts. */
import { runStep } from './main.ts';

await runStep(process.env);
