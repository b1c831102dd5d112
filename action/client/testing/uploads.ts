/** The stand-in's store of uploads: checks each part's digest, and the whole when it is completed. */
import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { OpenUpload } from '../../../backend/contract/artifacts.ts';
import { newId } from '../../../backend/contract/ids.ts';
import { Refusal } from './answers.ts';

type Upload = { request: OpenUpload; parts: Map<number, Buffer>; complete: boolean };
type Asked = { verb: string; id: string; number: number; headers: IncomingHttpHeaders; body: Buffer };

const AT = '2026-01-01T00:00:00.000Z';

export class Uploads {
  partSize = 64 * 1024;
  readonly all = new Map<string, Upload>();
  readonly #route: string;

  constructor(route: string) {
    this.#route = route;
  }

  answer(asked: Asked): unknown {
    if (asked.verb === 'POST ' && asked.id === '') return this.#open(asked.body);
    const upload = this.all.get(asked.id);
    if (!upload) throw new Refusal(404, 'not_found', 'There is no such upload.');
    if (asked.verb === 'PUT parts') return storePart(upload, asked);
    if (asked.verb === 'GET parts') return { parts: [...upload.parts].map(([number, bytes]) => partOf(number, bytes)) };
    return complete(upload, asked.id);
  }

  /** The bytes of each complete upload, by its name. */
  contents(): Record<string, Buffer> {
    const complete = [...this.all.values()].filter((upload) => upload.complete);
    return Object.fromEntries(complete.map((upload) => [upload.request.name, contentOf(upload)]));
  }

  #open(body: Buffer): unknown {
    const request = OpenUpload.parse(JSON.parse(body.toString()));
    const { partSize } = this;
    const brokenOff = [...this.all].find(
      ([, upload]) =>
        !upload.complete && upload.request.name === request.name && upload.request.sha256 === request.sha256,
    );
    if (brokenOff) {
      const arrived = brokenOff[1].parts.size;
      return { artifactId: brokenOff[0], state: 'uploading', partSize, ...(arrived > 0 && { arrived }) };
    }
    const artifactId = newId('artifact', this.#route);
    this.all.set(artifactId, { request, parts: new Map(), complete: false });
    return { artifactId, state: 'uploading', partSize };
  }
}

function storePart(upload: Upload, { number, headers, body }: Asked): unknown {
  if (headers['content-length'] !== String(body.length)) throw new Refusal(411, 'length_required', 'Say the length.');
  const digest = createHash('sha256').update(body).digest('base64');
  if (headers['content-digest'] !== `sha-256=:${digest}:`)
    throw new Refusal(422, 'digest_mismatch', 'It is another part.');
  upload.parts.set(number, body);
  return partOf(number, body);
}

function complete(upload: Upload, artifactId: string): unknown {
  const whole = contentOf(upload);
  const { name, kind = null, size, sha256 } = upload.request;
  if (whole.length !== size) throw new Refusal(422, 'size_mismatch', 'Parts are missing.');
  if (sha256Hex(whole) !== sha256) throw new Refusal(422, 'digest_mismatch', 'It is another whole.');
  upload.complete = true;
  return { artifactId, name, kind, size, sha256, state: 'complete', metadata: null, createdAt: AT, expiresAt: AT };
}

function contentOf(upload: Upload): Buffer {
  return Buffer.concat([...upload.parts].sort(([a], [b]) => a - b).map(([, bytes]) => bytes));
}

function partOf(number: number, bytes: Buffer) {
  return { number, size: bytes.length, sha256: sha256Hex(bytes) };
}

function sha256Hex(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
