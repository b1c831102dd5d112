/** GitHub's service for workflow artifacts, as far as a download needs it: two calls and a blob. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export class ArtifactService {
  digest: string;
  readonly #zip: Buffer;
  readonly #name: string;
  readonly #server = createServer((request, response) => {
    const method = request.url?.split('/').at(-1);
    request.resume();
    if (method === 'blob.zip') return response.setHeader('content-type', 'application/zip').end(this.#zip);
    response.setHeader('content-type', 'application/json');
    if (method === 'GetSignedArtifactURL') return response.end(JSON.stringify({ signed_url: `${this.url}/blob.zip` }));
    response.end(JSON.stringify({ artifacts: [this.#listed()] }));
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
