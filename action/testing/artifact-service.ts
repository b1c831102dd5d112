/** GitHub's service for workflow artifacts, as far as an up- and a download need it: two calls each, and a blob. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

export class ArtifactService {
  digest: string;
  /** What a step left, once it said that it is whole. */
  left: { name: string; zip: Buffer; sha256: string } | null = null;
  /** Uploads are refused with this status. */
  broken: number | null = null;
  readonly #zip: Buffer;
  readonly #name: string;
  readonly #blocks = new Map<string, Buffer>();
  #uploaded = Buffer.alloc(0);
  readonly #server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '', this.url);
    const method = url.pathname.split('/').at(-1);
    const body = await bodyOf(request);
    if (request.method === 'PUT') {
      if (this.broken !== null) return response.writeHead(this.broken).end();
      this.#put(url.searchParams, body);
      return response.writeHead(201).end();
    }
    if (method === 'blob.zip') return response.setHeader('content-type', 'application/zip').end(this.#zip);
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(this.#answer(method, body.toString())));
  });

  constructor(name: string, zip: Buffer) {
    this.#name = name;
    this.#zip = zip;
    this.digest = createHash('sha256').update(zip).digest('hex');
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** What the runner gives a step, so that it finds the service. */
  get env(): Record<string, string> {
    const claims = Buffer.from(JSON.stringify({ scp: 'Actions.Results:run-1:job-1' })).toString('base64url');
    return { ACTIONS_RESULTS_URL: this.url, ACTIONS_RUNTIME_TOKEN: `e30.${claims}.x` };
  }

  async start(): Promise<this> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return this;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #answer(method: string | undefined, body: string): unknown {
    if (method === 'GetSignedArtifactURL') return { signed_url: `${this.url}/blob.zip` };
    if (method === 'CreateArtifact')
      return { ok: true, signed_upload_url: `${this.url}/store/blob.zip?sig=upload-canary` };
    if (method !== 'FinalizeArtifact') return { artifacts: [this.#listed()] };
    const { name, hash } = JSON.parse(body) as { name: string; hash?: string };
    const sha256 = createHash('sha256').update(this.#uploaded).digest('hex');
    if (hash !== undefined && hash !== `sha256:${sha256}`) return { ok: false };
    this.left = { name, zip: this.#uploaded, sha256 };
    return { ok: true, artifact_id: '7' };
  }

  /** Azure's block blobs: blocks in any order, then the list of them. */
  #put(query: URLSearchParams, body: Buffer): void {
    if (query.get('comp') === 'block') this.#blocks.set(query.get('blockid') ?? '', body);
    else if (query.get('comp') === 'blocklist') {
      const ids = [...body.toString().matchAll(/<Latest>([^<]+)<\/Latest>/g)].map((match) => match[1] ?? '');
      this.#uploaded = Buffer.concat(ids.map((id) => this.#blocks.get(id) ?? Buffer.alloc(0)));
    } else this.#uploaded = Buffer.from(body);
  }

  #listed() {
    return {
      workflow_run_backend_id: 'run-1',
      workflow_job_run_backend_id: 'job-1',
      database_id: '1',
      name: this.#name,
      size: String(this.#zip.length),
      digest: `sha256:${this.digest}`,
    };
  }
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
