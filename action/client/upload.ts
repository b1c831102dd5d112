/** Uploads one file: whole, or as the difference to an earlier one that the server still has. */
import { Artifact, OpenedUpload } from '../../backend/contract/artifacts.ts';
import { LaterFile } from '../../backend/contract/delta/later-file.ts';
import { DELTA_LIMITS } from '../../backend/contract/delta/limits.ts';
import type { BuildFile } from './build-file.ts';
import type { Credential } from './credential.ts';
import { RefusedError } from './errors.ts';
import { type Call, requestJson, type Wire } from './request.ts';
import { amount, contentDigest, queryOf, sendParts, type Upload } from './send-parts.ts';

/** Milliseconds: the server reads the whole file again before it answers. */
const IDLE_OF_COMPLETING = 300_000;

/** Uploads the file and returns its artifact's id. */
export async function upload(wire: Wire, credential: Credential, file: BuildFile): Promise<string> {
  const { clock, log } = wire.environment;
  const started = clock.now();
  const apart = takeApart(file);
  const opened = await requestJson(
    wire,
    {
      what: `opening the upload of ${file.name}`,
      method: 'POST',
      path: '/v1/artifacts',
      credential,
      input: file.input,
      ...jsonBody({ name: file.name, kind: file.kind, size: file.size, sha256: file.sha256, can: ['whole', 'delta'] }),
    },
    OpenedUpload,
  );
  const id = opened.artifactId;
  if (!opened.prior) apart.then((later) => later?.stop()).catch(() => {});
  if (opened.state === 'complete') {
    log.line(`${file.name}: the server has these very bytes already`);
    return id;
  }
  const mayCompress = opened.encodings?.includes('zstd') ?? false;
  const whole: Upload = { wire, credential, file, id, partSize: opened.partSize, of: 'file', body: file, mayCompress };
  const difference = opened.prior && (await differenceOf(whole, apart, opened.prior));
  const along = opened.prior?.along ?? 0;
  const sent =
    (difference && (await sendDifference(difference, along))) ?? (await sendAndComplete(whole, opened.arrived));
  const seconds = ((clock.now() - started) / 1000).toFixed(1);
  log.line(`Uploaded ${file.name}: sent ${amount(sent)} of ${amount(file.size)} in ${seconds} s`);
  return id;
}

/** Is done while the server is asked whether it has an earlier artifact. */
function takeApart(file: BuildFile): Promise<LaterFile | null> {
  const apart = file.size < DELTA_LIMITS.smallestFile ? Promise.resolve(null) : LaterFile.open(file);
  // A file that cannot be read is told where it is needed.
  apart.then((later) => later?.begin()).catch(() => {});
  return apart;
}

/** The difference to an earlier artifact, when it is worth sending. */
async function differenceOf(
  whole: Upload,
  apart: Promise<LaterFile | null>,
  prior: NonNullable<OpenedUpload['prior']>,
): Promise<Upload | null> {
  const { makeDifference } = await import('./difference.ts');
  const bytes = await makeDifference({ ...whole, apart }, prior);
  if (!bytes) return null;
  const read = async (offset: number, length: number) => bytes.subarray(offset, offset + length);
  return { ...whole, of: 'difference', body: { size: bytes.length, read }, mayCompress: false };
}

/** Null where the server can no longer rebuild the file, because the earlier artifact was forgotten meanwhile. */
async function sendDifference(difference: Upload, along: number): Promise<number | null> {
  const { size } = difference.body;
  try {
    if (size > along) return await sendAndComplete(difference);
    await complete(difference, await difference.body.read(0, size));
    return size;
  } catch (error) {
    if (!isRefused(error, 'prior_mismatch')) throw error;
    difference.wire.environment.log.line(`${difference.file.name}: the server wants the whole file`);
    return null;
  }
}

function isRefused(error: unknown, code: string): boolean {
  return error instanceof RefusedError && error.code === code;
}

/** Sends what has not arrived yet and completes the upload. Returns the bytes that were sent. */
async function sendAndComplete(upload: Upload, arrived = 0): Promise<number> {
  const sent = await sendParts(upload, { goesOn: arrived > 0 }).catch((error: unknown) => {
    // Another job of this run may have completed the same upload; if none has, completing it says what is missing.
    if (isRefused(error, 'conflict')) return 0;
    throw error;
  });
  await complete(upload);
  return sent;
}

/** @param difference which comes along, without parts */
async function complete({ wire, credential, file, id, of }: Upload, difference?: Uint8Array): Promise<void> {
  await requestJson(
    wire,
    {
      what: `completing the upload of ${file.name}`,
      method: 'POST',
      path: `/v1/artifacts/${id}/complete${queryOf(of)}`,
      credential,
      input: file.input,
      idle: IDLE_OF_COMPLETING,
      ...(difference && { headers: contentDigest(difference), body: async () => difference }),
    },
    Artifact,
  );
}

export function jsonBody(value: unknown): Pick<Call, 'headers' | 'body'> {
  return { headers: { 'content-type': 'application/json' }, body: async () => JSON.stringify(value) };
}
