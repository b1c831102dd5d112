/** Sends one file in parts, a few side by side, and goes on from what the server has when the line breaks. */
import { createHash } from 'node:crypto';
import { Artifact, OpenedUpload, Part, PartList } from '../../backend/contract/artifacts.ts';
import type { BuildFile } from './build-file.ts';
import type { Credential } from './credential.ts';
import { BrokenError } from './errors.ts';
import { type Call, requestJson, type Wire } from './request.ts';
import { backOff } from './retry.ts';
import { newTicker } from './ticker.ts';

/** Parts on the way at a time: enough to fill a long line, and 24 MiB of memory. */
const SIDE_BY_SIDE = 3;
/** Tries of one part before the server is asked what it has. */
const TRIES_OF_A_PART = 3;
/** Rounds without a single new part after which the upload is given up. */
const FRUITLESS_ROUNDS = 4;

/** Milliseconds: the server reads the whole file again before it answers. */
const IDLE_OF_COMPLETING = 300_000;

type Upload = { wire: Wire; credential: Credential; file: BuildFile; id: string; partSize: number };

/** Uploads the file and returns its artifact's id. */
export async function upload(wire: Wire, credential: Credential, file: BuildFile): Promise<string> {
  const { clock, log } = wire.environment;
  const started = clock.now();
  const opened = await requestJson(
    wire,
    {
      what: `opening the upload of ${file.name}`,
      method: 'POST',
      path: '/v1/artifacts',
      credential,
      input: file.input,
      ...jsonBody({ name: file.name, kind: file.kind, size: file.size, sha256: file.sha256, can: ['whole'] }),
    },
    OpenedUpload,
  );
  const id = opened.artifactId;
  if (opened.state === 'complete') {
    log.line(`${file.name}: the server has these very bytes already`);
    return id;
  }
  await sendParts({ wire, credential, file, id, partSize: opened.partSize });
  await requestJson(
    wire,
    {
      what: `completing the upload of ${file.name}`,
      method: 'POST',
      path: `/v1/artifacts/${id}/complete`,
      credential,
      input: file.input,
      idle: IDLE_OF_COMPLETING,
    },
    Artifact,
  );
  log.line(`Uploaded ${file.name}: ${rate(file.size, clock.now() - started)}`);
  return id;
}

export function jsonBody(value: unknown): Pick<Call, 'headers' | 'body'> {
  return { headers: { 'content-type': 'application/json' }, body: async () => JSON.stringify(value) };
}

async function sendParts(upload: Upload): Promise<void> {
  const { clock, random, signal, log } = upload.wire.environment;
  const count = Math.ceil(upload.file.size / upload.partSize);
  let missing = Array.from({ length: count }, (_, index) => index + 1);
  const say = progress(upload);
  for (let fruitless = 0; missing.length > 0; ) {
    const before = missing.length;
    const failure = await sendRound(upload, missing, say);
    if (!failure) return;
    // The answer to a part may be lost though the part arrived: what the server lists need not be sent again.
    missing = await missingParts(upload, missing);
    fruitless = missing.length < before ? 0 : fruitless + 1;
    if (fruitless === FRUITLESS_ROUNDS) throw failure;
    log.line(`${upload.file.name}: the line broke; ${count - missing.length} of ${count} parts have arrived, going on`);
    await clock.sleep(backOff(fruitless + 1, random), signal);
  }
}

/** Sends each part once over; answers the last failure that a later round may mend. Anything else ends the upload. */
async function sendRound(upload: Upload, parts: readonly number[], say: Say): Promise<BrokenError | null> {
  const queue = [...parts];
  let failure: BrokenError | null = null;
  const worker = async () => {
    for (let number = queue.shift(); number !== undefined; number = queue.shift()) {
      try {
        say(await sendPart(upload, number));
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

async function sendPart(upload: Upload, number: number): Promise<number> {
  const { wire, credential, file, id, partSize } = upload;
  const bytes = await file.read((number - 1) * partSize, partSize);
  const digest = createHash('sha256').update(bytes).digest('base64');
  await requestJson(
    wire,
    {
      what: `sending part ${number} of ${file.name}`,
      method: 'PUT',
      path: `/v1/artifacts/${id}/parts/${number}`,
      headers: { 'content-digest': `sha-256=:${digest}:` },
      body: async () => bytes,
      credential,
      input: file.input,
      tries: TRIES_OF_A_PART,
    },
    Part,
  );
  return bytes.length;
}

async function missingParts({ wire, credential, file, id }: Upload, sent: readonly number[]): Promise<number[]> {
  const call: Call = {
    what: `asking which parts of ${file.name} have arrived`,
    method: 'GET',
    path: `/v1/artifacts/${id}/parts`,
    credential,
  };
  const { parts } = await requestJson(wire, call, PartList);
  const arrived = new Set(parts.map(({ number }) => number));
  return sent.filter((number) => !arrived.has(number));
}

type Say = (sent: number) => void;

/** A line with percent and rate, at most one a second. */
function progress({ wire, file }: Upload): Say {
  const { clock } = wire.environment;
  const ticker = newTicker(wire.environment);
  const started = clock.now();
  let done = 0;
  return (sent) => {
    done = Math.min(file.size, done + sent);
    ticker.say(() => {
      const percent = Math.floor((100 * done) / file.size);
      return `Uploading ${file.name}: ${percent} % of ${megabytes(file.size)}; ${rate(done, clock.now() - started)}`;
    });
  };
}

function rate(bytes: number, milliseconds: number): string {
  const seconds = Math.max(0.1, milliseconds / 1000);
  return `${megabytes(bytes)} in ${seconds.toFixed(1)} s, ${megabytes(bytes / seconds)}/s`;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
