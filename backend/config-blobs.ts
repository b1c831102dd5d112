/** Where blobs are kept, and how that is reached. */
import { resolve } from 'node:path';
import type { AzureAccount } from './blobs/azure-account.ts';
import { ConfigError, type Env, fileUrl, isLoopback } from './config-values.ts';

export type BlobStore = { kind: 'folder'; path: string } | { kind: 'azure'; prefix: string; account: AzureAccount };

/** @throws ConfigError, which quotes none of these values: they hold keys */
export function parseBlobStore(env: Env, dataFolder: string): BlobStore {
  const connectionString = env.AZURE_STORAGE_CONNECTION_STRING || null;
  const accountUrl = env.AZURE_STORAGE_ACCOUNT_URL || null;
  const clientId = parseClientId(env);
  const prefix = /^azure:(.*)$/.exec(env.BLOB_URL ?? '')?.[1];
  if (prefix === undefined) {
    for (const name of ['AZURE_STORAGE_CONNECTION_STRING', 'AZURE_STORAGE_ACCOUNT_URL']) {
      if (env[name]) throw new ConfigError(name, 'is set, but BLOB_URL is not azure:CONTAINER-PREFIX');
    }
    if (env.BLOB_URL && !env.BLOB_URL.startsWith('file:')) {
      throw new ConfigError('BLOB_URL', 'must be file:PATH or azure:CONTAINER-PREFIX');
    }
    return { kind: 'folder', path: fileUrl('BLOB_URL', env.BLOB_URL) ?? resolve(dataFolder, 'blobs') };
  }
  // Azure takes 63, of which a container of ours needs up to 44.
  if (!/^(?=.{1,19}$)[a-z0-9]+(?:-[a-z0-9]+)*$/.test(prefix)) {
    throw new ConfigError(
      'BLOB_URL',
      'azure:CONTAINER-PREFIX has 1 to 19 lower-case letters, digits and single hyphens',
    );
  }
  if (connectionString && accountUrl) {
    throw new ConfigError('AZURE_STORAGE_CONNECTION_STRING', 'contradicts AZURE_STORAGE_ACCOUNT_URL; set one of them');
  }
  if (connectionString) {
    checkConnectionString(connectionString);
    return { kind: 'azure', prefix, account: { connectionString } };
  }
  if (!accountUrl) {
    const wanted = 'must be set for BLOB_URL=azure:…, or AZURE_STORAGE_CONNECTION_STRING instead';
    throw new ConfigError('AZURE_STORAGE_ACCOUNT_URL', wanted);
  }
  const parsed = URL.canParse(accountUrl) ? new URL(accountUrl) : null;
  // A token is sent along, so not even on loopback in the clear; a SAS belongs into a connection string.
  if (parsed?.protocol !== 'https:' || parsed.username || parsed.search || parsed.hash || parsed.pathname !== '/') {
    throw new ConfigError(
      'AZURE_STORAGE_ACCOUNT_URL',
      'must be https://ACCOUNT.blob.core.windows.net, and nothing more',
    );
  }
  return { kind: 'azure', prefix, account: { url: parsed.origin, clientId } };
}

/** @throws ConfigError */
export function parseClientId({ AZURE_CLIENT_ID: clientId }: Env): string | null {
  if (!clientId) return null;
  if (/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(clientId)) return clientId;
  throw new ConfigError('AZURE_CLIENT_ID', 'must be the client id of a managed identity, a UUID');
}

function checkConnectionString(text: string): void {
  const refuse = (problem: string): ConfigError => new ConfigError('AZURE_STORAGE_CONNECTION_STRING', problem);
  const pairs = text.split(';').filter((pair) => pair !== '');
  const values = new Map(pairs.map((pair) => [pair.split('=', 1)[0], pair.slice(pair.indexOf('=') + 1)]));
  const protocol = values.get('DefaultEndpointsProtocol');
  const hasKey = values.has('AccountName') && /^[A-Za-z0-9+/]{22,}={0,2}$/.test(values.get('AccountKey') ?? '');
  if (hasKey && !protocol) throw refuse('must have DefaultEndpointsProtocol beside AccountKey');
  if (!hasKey && !(values.has('BlobEndpoint') && values.has('SharedAccessSignature'))) {
    throw refuse('must have AccountName and AccountKey, or BlobEndpoint and SharedAccessSignature');
  }
  const suffix = values.get('EndpointSuffix');
  const endpoint = values.get('BlobEndpoint') ?? (suffix ? `${protocol}://${suffix}` : '');
  const url = URL.canParse(endpoint) ? new URL(endpoint) : null;
  if (!url) throw refuse('must have EndpointSuffix, or BlobEndpoint with a URL');
  if (url.protocol !== 'https:' && !isLoopback(url)) throw refuse('must lead to https, loopback excepted');
}
