/** The threads in which build files are read, a new one for each file. A server keeps the next one ready. */
import type { Worker } from 'node:worker_threads';
import { startThread } from '../compiled-code.ts';
import { THREAD_LIMITS } from './limits.ts';

/** Milliseconds after which a taken thread is replaced: whoever waits for the file is answered first. */
const REPLACED_AFTER = 200;

let keepers = 0;
let ready: Worker | null = null;

/** The thread is the caller's to terminate. */
export function takeThread(): Worker {
  const thread = ready ?? startReading();
  ready = null;
  if (keepers > 0) setTimeout(makeReady, REPLACED_AFTER).unref();
  thread.ref();
  return thread;
}

/** Starting a thread takes longer than reading most builds does: from now on one waits, until `stop`. */
export function keepThreadReady(): { stop(): Promise<void> } {
  keepers += 1;
  makeReady();
  return {
    async stop() {
      keepers -= 1;
      if (keepers > 0) return;
      const last = ready;
      ready = null;
      await last?.terminate();
    },
  };
}

function makeReady(): void {
  if (keepers === 0 || ready) return;
  const thread = startReading();
  // Who takes it listens for these, too; one that ends before is not handed out.
  thread.on('error', () => {});
  thread.on('exit', () => {
    if (ready === thread) ready = null;
  });
  thread.unref();
  ready = thread;
}

function startReading(): Worker {
  return startThread(new URL('./thread.ts', import.meta.url), {
    env: {},
    execArgv: ['--disable-warning=ExperimentalWarning'],
    stdout: true,
    stderr: true,
    resourceLimits: {
      maxOldGenerationSizeMb: THREAD_LIMITS.maxOldGenerationSizeMb,
      maxYoungGenerationSizeMb: THREAD_LIMITS.maxYoungGenerationSizeMb,
      stackSizeMb: THREAD_LIMITS.stackSizeMb,
    },
  });
}
