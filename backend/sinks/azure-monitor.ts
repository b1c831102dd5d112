/** Forwards to Azure Monitor, by a data collection rule's stream. */
import { LogsIngestionClient } from '@azure/monitor-ingestion';
import type { AuditSink } from './port.ts';

/** Less than a transaction may take. */
const TIMEOUT_MS = 10_000;

type Credential = ConstructorParameters<typeof LogsIngestionClient>[1];

export type AzureMonitorPlace = {
  endpoint: string;
  ruleId: string;
  stream: string;
  /** A certificate to trust beside the usual ones. */
  ca?: string;
};

export function createAzureMonitor(place: AzureMonitorPlace, credential: Credential): AuditSink {
  const { endpoint, ruleId, stream } = place;
  const client = new LogsIngestionClient(endpoint, credential, {
    // Who forwards tries again by itself.
    retryOptions: { maxRetries: 0 },
    ...(place.ca ? { tlsOptions: { ca: place.ca } } : {}),
  });
  return {
    name: `${endpoint}/dataCollectionRules/${ruleId}/streams/${stream}`,
    async send(entries) {
      const rows = entries.map(({ at, ...entry }) => ({ TimeGenerated: at, ...entry }));
      try {
        await client.upload(ruleId, stream, rows, { abortSignal: AbortSignal.timeout(TIMEOUT_MS), maxConcurrency: 1 });
      } catch (error) {
        throw new Error(`Azure Monitor did not take ${entries.length} audit entries: ${reasonOf(error)}`);
      }
    },
  };
}

/** A status or a code. Messages and requests stay out: they may hold a token. */
function reasonOf(error: unknown): string {
  const { errors, statusCode, code, name } = error as {
    errors?: { cause: unknown }[];
    statusCode?: number | string;
    code?: string;
    name?: string;
  };
  if (errors?.[0]) return reasonOf(errors[0].cause);
  return String(statusCode ?? code ?? name ?? 'unknown');
}
