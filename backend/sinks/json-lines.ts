/** Forwards to a file, or to standard output, a JSON object a line. The file may be taken away to rotate it. */
import { open } from 'node:fs/promises';
import process from 'node:process';
import type { AuditSink, ForwardedEntry } from './port.ts';

const linesOf = (entries: readonly ForwardedEntry[]): string =>
  entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');

export function createFileSink(path: string): AuditSink {
  return {
    name: `file:${path}`,
    async send(entries) {
      const file = await open(path, 'a', 0o600);
      try {
        await file.appendFile(linesOf(entries));
        await file.datasync();
      } finally {
        await file.close();
      }
    },
  };
}

export function createStdoutSink(): AuditSink {
  return {
    name: 'stdout',
    send: (entries) =>
      new Promise((resolve, reject) => {
        process.stdout.write(linesOf(entries), (error) => (error ? reject(error) : resolve()));
      }),
  };
}
