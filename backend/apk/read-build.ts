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

type Wanted = Extract<ToThread, { size: number }>['wanted'];
type Answer = Exclude<FromThread, { read: unknown } | { refusal: string }>;

const turns: (() => void)[] = [];
let reading = 0;

/**
 * Says what a file is, and for an APK all that is known of it.
 *
 * At most two files are read at a time in a process; others wait their turn.
 * @throws DevicelaneError `invalid_artifact` with a sentence for the uploader; what the source throws
 */
export async function readBuild(source: ByteSource, options: ReadOptions = {}): Promise<BuildFacts> {
  const answer = await inTurn(source, 'facts', options);
  if ('facts' in answer) return answer.facts;
  throw new Error('the reading thread answered something else');
}

/** The names of the classes that an APK's code defines; bounded as `readBuild` is. @throws DevicelaneError `invalid_artifact` */
export async function readDefinedClasses(source: ByteSource, options: ReadOptions = {}): Promise<string[]> {
  const answer = await inTurn(source, 'classes', options);
  if ('classes' in answer) return answer.classes;
  throw new Error('the reading thread answered something else');
}

async function inTurn(source: ByteSource, wanted: Wanted, options: ReadOptions): Promise<Answer> {
  if (reading >= THREAD_LIMITS.atOnce) await new Promise<void>((resolve) => turns.push(resolve));
  else reading += 1;
  let ending: Promise<unknown> = Promise.resolve();
  try {
    const timeoutMs = options.timeoutMs ?? THREAD_LIMITS.timeoutMs + source.size / THREAD_LIMITS.bytesPerMs;
    const worker = takeThread();
    try {
      return await askThread(worker, source, wanted, timeoutMs);
    } finally {
      ending = worker.terminate();
    }
  } finally {
    // Who asked is answered before the thread has ended; only then is its place another's.
    ending.then(giveTurn, giveTurn);
  }
}

/** A waiting reader takes over the place; without one it is free. */
function giveTurn(): void {
  const next = turns.shift();
  if (next === undefined) reading -= 1;
  else next();
}

/** As `readBuild`, for a file that must be an APK. @throws DevicelaneError `invalid_artifact` */
export async function readApk(source: ByteSource, options: ReadOptions = {}): Promise<ApkFacts> {
  const build = await readBuild(source, options);
  if (build.container !== 'apk') throw unusable(`The file is not an APK: it is of the kind ${build.container}.`);
  return build.apk;
}

async function askThread(worker: Worker, source: ByteSource, wanted: Wanted, timeoutMs: number): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const timer = setTimeout(() => reject(unusable('The file takes too long to read.')), timeoutMs);
  worker.on('message', (message: FromThread) => {
    if ('read' in message) serve(worker, source, message.read, reject);
    else if ('refusal' in message) reject(unusable(message.refusal));
    else resolve(message);
  });
  worker.on('error', (error) =>
    reject(unusable('The file cannot be read: it is damaged, or needs too much memory.', error)),
  );
  worker.on('exit', () => reject(unusable('The file cannot be read.')));
  const { size, shared } = source;
  worker.postMessage({ size, wanted, shared } satisfies ToThread);
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
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
