/** A job's sealed document: messages and stack traces of its tests, compressed, under the run's key. */
import { promisify } from 'node:util';
import { createGunzip, gzip } from 'node:zlib';
import type { Context } from '../context.ts';
import type { FarmTest } from '../farms/port.ts';

export type JobDocument = { tests: FarmTest[] };

/** Bytes of a document, uncompressed; a larger one is not written, so it is not ours. */
const MAX_BYTES = 256 * 1024 * 1024;
const compress = promisify(gzip);

export async function writeDocument(
  ctx: Context,
  runId: string,
  blobName: string,
  document: JobDocument,
): Promise<number> {
  const compressed = await compress(JSON.stringify(document));
  return ctx.blobs.write(
    runId,
    blobName,
    (async function* () {
      yield compressed;
    })(),
  );
}

export async function readDocument(ctx: Context, runId: string, blobName: string): Promise<JobDocument> {
  const unzip = createGunzip();
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reading = (async () => {
    for await (const chunk of ctx.blobs.read(runId, blobName)) {
      if (!unzip.write(chunk)) await new Promise((resolve) => unzip.once('drain', resolve));
    }
    unzip.end();
  })();
  // A failed read must end the unzipping too, which would wait for more for ever.
  reading.catch((error) => unzip.destroy(error));
  for await (const chunk of unzip) {
    size += chunk.byteLength;
    if (size > MAX_BYTES) throw new Error('a job document is larger than any that is written');
    chunks.push(chunk);
  }
  await reading;
  return JSON.parse(Buffer.concat(chunks).toString('utf8')) as JobDocument;
}
