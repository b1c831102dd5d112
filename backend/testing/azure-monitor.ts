/** Stands in for Azure Monitor's ingestion: takes rows for one rule and stream, and keeps them; faults beside the door. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { selfSigned } from './self-signed.ts';

export type Row = Record<string, unknown>;
/** What happens to the next request: an answer; or it is kept, and the connection cut before the answer. */
export type MonitorFault = { kind: 'answer'; status: number } | { kind: 'cut after' };

export type AzureMonitorStandIn = {
  endpoint: string;
  ruleId: string;
  stream: string;
  token: string;
  /** Whom to trust; the client speaks nothing but TLS. */
  ca: string;
  rows: Row[];
  failNext(...faults: MonitorFault[]): void;
  close(): Promise<void>;
};

const MAX_BODY = 1_048_576;

export async function startAzureMonitor(): Promise<AzureMonitorStandIn> {
  const rows: Row[] = [];
  const faults: MonitorFault[] = [];
  const place = {
    ruleId: 'dcr-00000000000000000000000000000000',
    stream: 'Custom-Devicelane_CL',
    token: 'monitor-token',
  };

  async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const fault = faults.shift();
    const answer = fault?.kind === 'answer' ? fault.status : keep(request, Buffer.concat(chunks));
    if (fault?.kind === 'cut after') request.socket.destroy();
    else response.writeHead(answer, { 'content-type': 'application/json' }).end(answer === 204 ? undefined : '{}');
  }

  function keep({ method, url = '', headers }: IncomingMessage, body: Buffer): number {
    const { pathname, searchParams } = new URL(url, 'http://monitor');
    if (headers.authorization !== `Bearer ${place.token}`) return 401;
    const isPlace = pathname === `/dataCollectionRules/${place.ruleId}/streams/${place.stream}`;
    if (method !== 'POST' || !isPlace || !searchParams.get('api-version')) return 404;
    if (body.length > MAX_BODY) return 413;
    const sent = JSON.parse((headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body).toString()) as Row[];
    if (!Array.isArray(sent) || sent.some((row) => Number.isNaN(Date.parse(String(row.TimeGenerated))))) return 400;
    rows.push(...sent);
    return 204;
  }

  const { key, cert } = selfSigned();
  const server = createServer({ key, cert }, (request, response) => void take(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    ...place,
    ca: cert,
    endpoint: `https://127.0.0.1:${port}`,
    rows,
    failNext: (...next) => void faults.push(...next),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
