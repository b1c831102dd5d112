/**
 * A program for a process of its own: `upload-one.ts EARLIER LATER` makes the difference as a client does, rebuilds the file from
 * it as a server does, and prints what that took. An earlier file has been signed long before.
 */
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { createZstdDecompress } from 'node:zlib';
import { openBuildFile } from '../../action/client/build-file.ts';
import { inBlocks } from '../apk/byte-source.ts';
import { EarlierFile } from '../contract/delta/earlier-file.ts';
import { LaterFile } from '../contract/delta/later-file.ts';
import { Rebuild } from '../contract/delta/rebuild.ts';
import { StreamReader } from '../contract/delta/stream-reader.ts';
import { writeDifference } from '../contract/delta/write-difference.ts';
import { signed } from '../testing/differences.ts';
import { peakOf } from './measured-run.ts';

export type Upload = {
  size: number;
  /** Bytes. */
  sent: number;
  received: number;
  clientMs: number;
  serverMs: number;
  comesBack: boolean;
  /** Of both sides in one process; null where the system does not tell. */
  peakBytes: number | null;
};

const [earlier, later] = [await openBuildFile('app', process.argv[2]!), await openBuildFile('app', process.argv[3]!)];
const signatures = await signed(earlier);

const startedAt = performance.now();
const file = await LaterFile.open(later);
// Only bytes count.
const wanted = { most: later.size, rate: () => null };
const frame = signatures && file && (await writeDifference(file, signatures, wanted));
const madeAt = performance.now();

const hash = createHash('sha256');
if (signatures && frame) {
  const reader = new StreamReader(Readable.from([frame]).pipe(createZstdDecompress()));
  const before = new EarlierFile(inBlocks(earlier), signatures.index);
  for await (const piece of new Rebuild(before, reader, later.size).pieces()) hash.update(piece);
}
const took: Upload = {
  size: later.size,
  sent: frame?.length ?? later.size,
  received: signatures?.received ?? 0,
  clientMs: madeAt - startedAt,
  serverMs: performance.now() - madeAt,
  comesBack: !frame || hash.digest('hex') === later.sha256,
  peakBytes: await peakOf('self'),
};
console.log(JSON.stringify(took));
