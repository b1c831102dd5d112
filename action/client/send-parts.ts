/** Sends bytes in parts, a few side by side, and goes on from what the server has when the line breaks. */
import { createHash } from 'node:crypto';
import { Part, PartList, type PartsOf } from '../../backend/contract/artifacts.ts';
import type { BuildFile } from './build-file.ts';
import type { Credential } from './credential.ts';
import { BrokenError } from './errors.ts';
import { type Call, requestJson, type Wire } from './request.ts';
import { backOff } from './retry.ts';
import { squeeze } from './squeeze.ts';
import { newTicker } from './ticker.ts';

/** Parts on the way at a time: enough to fill a long line, and 24 MiB of memory. */
const SIDE_BY_SIDE = 3;
/** Tries of one part before the server is asked what it has. */
const TRIES_OF_A_PART = 3;
/** Rounds without a single new part after which the upload is given up. */
const FRUITLESS_ROUNDS = 4;

export type Upload = {
  wire: Wire;
  credential: Credential;
  file: BuildFile;
  id: string;
  partSize: number;
  /** What is sent in parts: the file, or the difference to an earlier one. */
  of: PartsOf;
  body: Pick<BuildFile, 'size' | 'read'>;
  /** Whether the server takes parts that are compressed. */
  mayCompress: boolean;
};

/** Bytes of the body that have arrived, and bytes that were sent for them. */
type Sent = { bytes: number; onTheWay: number };

/** Of a part's and a completion's URL; left out for the whole file. */
export const queryOf = (of: PartsOf): string => (of === 'file' ? '' : `?of=${of}`);

/**
 * Sends all parts, or those that are missing where the upload goes on. Returns the bytes that went over the line.
 *
 * @throws BrokenError when the line does not come back
 */
export async function sendParts(upload: Upload, { goesOn }: { goesOn: boolean }): Promise<number> {
  const { clock, random, signal, log } = upload.wire.environment;
  const count = Math.ceil(upload.body.size / upload.partSize);
  let missing = Array.from({ length: count }, (_, index) => index + 1);
  if (goesOn) {
    missing = await missingParts(upload, missing);
    log.line(`${upload.file.name}: going on: ${count - missing.length} of ${count} parts have arrived`);
  }
  const toSend = missing.reduce((sum, number) => sum + sizeOf(upload, number), 0);
  const say = progress(upload, upload.body.size - toSend);
  let onTheWay = 0;
  const note = (sent: Sent) => {
    onTheWay += sent.onTheWay;
    say(sent.bytes);
  };
  for (let fruitless = 0; missing.length > 0; ) {
    const before = missing.length;
    const failure = await sendRound(upload, missing, note);
    if (!failure) break;
    // The answer to a part may be lost though the part arrived: what the server lists need not be sent again.
    missing = await missingParts(upload, missing);
    fruitless = missing.length < before ? 0 : fruitless + 1;
    if (fruitless === FRUITLESS_ROUNDS) throw failure;
    log.line(`${upload.file.name}: the line broke; ${count - missing.length} of ${count} parts have arrived, going on`);
    await clock.sleep(backOff(fruitless + 1, random), signal);
  }
  return onTheWay;
}

function sizeOf({ body, partSize }: Upload, number: number): number {
  return Math.min(partSize, body.size - (number - 1) * partSize);
}

/** Sends each part once over; answers the last failure that a later round may mend. Anything else ends the upload. */
async function sendRound(
  upload: Upload,
  parts: readonly number[],
  note: (sent: Sent) => void,
): Promise<BrokenError | null> {
  const queue = [...parts];
  let failure: BrokenError | null = null;
  const worker = async () => {
    for (let number = queue.shift(); number !== undefined; number = queue.shift()) {
      try {
        note(await sendPart(upload, number));
      } catch (error) {
        if (!(error instanceof BrokenError)) {
          queue.length = 0;
          throw error;
        }
        failure = error;
      }
    }
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, worker));
  return failure;
}

async function sendPart(upload: Upload, number: number): Promise<Sent> {
  const { wire, credential, file, id, partSize, of, body, mayCompress } = upload;
  const bytes = await body.read((number - 1) * partSize, partSize);
  const frame = mayCompress ? await squeeze(bytes, wire.line.rate()) : null;
  const content = frame ?? bytes;
  await requestJson(
    wire,
    {
      what: `sending part ${number} of ${file.name}`,
      method: 'PUT',
      path: `/v1/artifacts/${id}/parts/${number}${queryOf(of)}`,
      headers: { ...contentDigest(content), ...(frame && { 'content-encoding': 'zstd' }) },
      body: async () => content,
      credential,
      input: file.input,
      tries: TRIES_OF_A_PART,
    },
    Part,
  );
  return { bytes: bytes.length, onTheWay: content.length };
}

/** As RFC 9530 has it. */
export function contentDigest(bytes: Uint8Array): Record<string, string> {
  return { 'content-digest': `sha-256=:${createHash('sha256').update(bytes).digest('base64')}:` };
}

/** What has not arrived as it is here: an earlier attempt may have sent something else. */
async function missingParts(upload: Upload, wanted: readonly number[]): Promise<number[]> {
  const { wire, credential, file, id, partSize, body } = upload;
  const call: Call = {
    what: `asking which parts of ${file.name} have arrived`,
    method: 'GET',
    path: `/v1/artifacts/${id}/parts`,
    credential,
  };
  const { parts } = await requestJson(wire, call, PartList);
  const arrived = new Map(parts.map(({ number, sha256 }) => [number, sha256]));
  const missing: number[] = [];
  for (const number of wanted) {
    const digest = arrived.get(number);
    const bytes = digest && (await body.read((number - 1) * partSize, partSize));
    if (!bytes || createHash('sha256').update(bytes).digest('hex') !== digest) missing.push(number);
  }
  return missing;
}

type Say = (sent: number) => void;

/** A line with percent and rate, at most one a second. */
function progress({ wire, file, body }: Upload, arrived: number): Say {
  const { clock } = wire.environment;
  const ticker = newTicker(wire.environment);
  const started = clock.now();
  let done = arrived;
  return (sent) => {
    done = Math.min(body.size, done + sent);
    ticker.say(() => {
      const percent = Math.floor((100 * done) / body.size);
      return `Uploading ${file.name}: ${percent} % of ${amount(body.size)}; ${rate(done - arrived, clock.now() - started)}`;
    });
  };
}

function rate(bytes: number, milliseconds: number): string {
  const seconds = Math.max(0.1, milliseconds / 1000);
  return `${amount(bytes)} in ${seconds.toFixed(1)} s, ${amount(bytes / seconds)}/s`;
}

/** Bytes for people. */
export function amount(bytes: number): string {
  return bytes < 1e6 ? `${Math.ceil(bytes / 1000)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
