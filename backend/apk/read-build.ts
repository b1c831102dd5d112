/** Reads a build file in a thread of its own, with bounded memory and time. */
import type { Worker } from 'node:worker_threads';
import type { ApkFacts, BuildFacts } from './build-facts.ts';
import type { ByteSource } from './byte-source.ts';
import { THREAD_LIMITS } from './limits.ts';
import { takeThread } from './reading-threads.ts';
import type { FromThread, ToThread } from './thread-messages.ts';
import { unusable } from './unusable.ts';

export type ReadOptions = {
  /** Milliseconds, for everything. Default: 10 s and a second for each 62 MiB of the file. */
  timeoutMs?: number;
};

const turns: (() => void)[] = [];
let reading = 0;

/**
 * Says what a file is, and for an APK all that is known of it.
 *
 * At most two files are read at a time in a process; others wait their turn.
 * @throws DevicelaneError `invalid_artifact` with a sentence for the uploader; what the source throws
 */
export async function readBuild(source: ByteSource, options: ReadOptions = {}): Promise<BuildFacts> {
  if (reading >= THREAD_LIMITS.atOnce) await new Promise<void>((resolve) => turns.push(resolve));
  else reading += 1;
  try {
    return await inThread(
      source,
      options.timeoutMs ?? THREAD_LIMITS.timeoutMs + source.size / THREAD_LIMITS.bytesPerMs,
    );
  } finally {
    // A waiting reader takes over the place; without one it is free.
    const next = turns.shift();
    if (next === undefined) reading -= 1;
    else next();
  }
}

/** As `readBuild`, for a file that must be an APK. @throws DevicelaneError `invalid_artifact` */
export async function readApk(source: ByteSource, options: ReadOptions = {}): Promise<ApkFacts> {
  const build = await readBuild(source, options);
  if (build.container !== 'apk') throw unusable(`The file is not an APK: it is of the kind ${build.container}.`);
  return build.apk;
}

async function inThread(source: ByteSource, timeoutMs: number): Promise<BuildFacts> {
  const worker = takeThread();
  const { promise, resolve, reject } = Promise.withResolvers<BuildFacts>();
  const timer = setTimeout(() => reject(unusable('The file takes too long to read.')), timeoutMs);
  worker.on('message', (message: FromThread) => {
    if ('facts' in message) resolve(message.facts);
    else if ('refusal' in message) reject(unusable(message.refusal));
    else serve(worker, source, message.read, reject);
  });
  worker.on('error', (error) =>
    reject(unusable('The file cannot be read: it is damaged, or needs too much memory.', error)),
  );
  worker.on('exit', () => reject(unusable('The file cannot be read.')));
  worker.postMessage({ size: source.size } satisfies ToThread);
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    await worker.terminate();
  }
}

function serve(
  worker: Worker,
  source: ByteSource,
  { id, offset, length }: { id: number; offset: number; length: number },
  failed: (error: unknown) => void,
): void {
  source.read(offset, length).then(
    (bytes) => {
      // A copy, because a moved buffer may be shared with others of a pool.
      const own = new Uint8Array(bytes);
      worker.postMessage({ id, bytes: own } satisfies ToThread, [own.buffer]);
    },
    (error: unknown) => {
      failed(error);
      worker.postMessage({ id, bytes: null } satisfies ToThread);
    },
  );
}
