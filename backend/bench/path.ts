/** From a workflow step to its verdict on a real APK, against the step's own floor: a process that starts and ends. */
import { spawnSync } from 'node:child_process';
import { API_DEMOS, startStep } from '../testing/workflow-step.ts';
import { startWorld } from '../testing/world.ts';
import { byTurns, type Figure } from './by-turns.ts';

export async function path(): Promise<Figure[]> {
  const world = await startWorld({ fsync: true });
  let attempt = 0;
  const submit = async (): Promise<void> => {
    attempt += 1;
    // A name of its own: the CI run is the same, and the same key would give the same run.
    const inputs = { name: `bench ${attempt}` };
    const step = await startStep(world, { app: API_DEMOS, name: 'app.apk', inputs });
    const { exitCode, errors } = await step.finished;
    await step.remove();
    if (exitCode !== 1) throw new Error(`the step ended with ${exitCode}: ${errors}`);
  };
  const nothing = async (): Promise<void> => {
    spawnSync(process.execPath, ['-e', '']);
  };
  try {
    return await byTurns({ 'step to verdict': submit, 'an empty program': nothing }, { rounds: 5 });
  } finally {
    await world.stop();
  }
}
