/** Reads a file line by line with bounded memory, whatever is in it. */
import { createReadStream } from 'node:fs';

const MAX_LINE = 1_000_000;

/** Each line without its end; one that is too long comes out cut, and fits nothing. */
export async function* readLines(path: string): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of createReadStream(path, { encoding: 'utf8' })) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
    if (rest.length > MAX_LINE) {
      yield rest.slice(0, MAX_LINE);
      return;
    }
  }
  if (rest !== '') yield rest;
}
