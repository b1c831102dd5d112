/** The process's hashing threads: started when there is work for them, once, and each for many streams by turns. */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { hashInThread } from './thread.ts';
import type { FromThread, ToThread } from './thread-messages.ts';

/** One core is left to the thread that receives and seals. */
const MOST_THREADS = Math.max(1, Math.min(4, availableParallelism() - 1));
/** A thread holds a few bytes for each stream: blocks are lent to it. */
const LIMITS = { maxOldGenerationSizeMb: 32, maxYoungGenerationSizeMb: 4, stackSizeMb: 2 };

/** Who is told what the thread says about a stream. */
export type Listener = {
  onMessage(message: FromThread): void;
  /** The thread is gone, and says nothing more. */
  onFailure(error: Error): void;
};

/** A stream's line to its thread. */
export type Line = {
  sendBlock(block: SharedArrayBuffer, length: number): void;
  sendEnd(): void;
  /** To be called in every case: after it the thread holds nothing of the stream, and the listener is told nothing. */
  close(): void;
};

type Thread = { worker: Worker; listeners: Map<number, Listener> };

const threads: Thread[] = [];
let lastStream = 0;

/** Gives a stream to the thread that has the fewest. */
export function openLine(listener: Listener): Line {
  const { worker, listeners } = leastBusy();
  lastStream += 1;
  const stream = lastStream;
  const send = (message: ToThread): void => worker.postMessage(message);
  listeners.set(stream, listener);
  // A process with a stream at work does not end; one with idle threads does.
  worker.ref();
  return {
    sendBlock: (block, length) => send({ stream, block, length }),
    sendEnd: () => send({ stream, end: true }),
    close() {
      if (!listeners.delete(stream)) return;
      send({ stream, dropped: true });
      if (listeners.size === 0) worker.unref();
    },
  };
}

function leastBusy(): Thread {
  const found = threads.toSorted((a, b) => a.listeners.size - b.listeners.size)[0];
  if (found && (found.listeners.size === 0 || threads.length === MOST_THREADS)) return found;
  const started = start();
  threads.push(started);
  return started;
}

function start(): Thread {
  const worker = new Worker(`(${hashInThread})()`, { eval: true, env: {}, execArgv: [], resourceLimits: LIMITS });
  const thread: Thread = { worker, listeners: new Map() };
  worker.on('message', (message: FromThread) => thread.listeners.get(message.stream)?.onMessage(message));
  const onEnd = (cause?: unknown): void => {
    if (threads.includes(thread)) threads.splice(threads.indexOf(thread), 1);
    for (const listener of thread.listeners.values()) {
      listener.onFailure(new Error('a hashing thread ended before its work was done', { cause }));
    }
    thread.listeners.clear();
  };
  worker.on('error', onEnd);
  worker.on('exit', () => onEnd());
  return thread;
}
