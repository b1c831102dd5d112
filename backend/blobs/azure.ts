/** Blobs in an Azure storage account, a private container for each tenant; the only importer of Azure's client. */
import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  type BlobItem,
  BlobServiceClient,
  type BlockBlobClient,
  type ContainerClient,
  type StoragePipelineOptions,
} from '@azure/storage-blob';
import { type AzureAccount, PACE } from './azure-account.ts';
import { AzureRefused, absentIsNull, call, type Pace } from './azure-call.ts';
import { azureBlob, azureContainer } from './azure-names.ts';
import { pages } from './azure-pages.ts';
import { createIdleAgent } from './idle-agent.ts';
import {
  type BlobEntry,
  BlobExists,
  BlobNotFound,
  BlobStoreFailed,
  type Blobs,
  type ByteRange,
  checkRange,
  type Remains,
} from './port.ts';
import { readAgain } from './read-again.ts';
import { stageBlocks } from './stage-blocks.ts';

/** Who makes a blob first takes the name, and drops the blocks of all others. */
const LOST = [400, 409, 412];

type Options = {
  account: AzureAccount;
  /** What the names of our containers begin with. */
  prefix: string;
  pace?: Pace;
};

/** Opens an account as a store of blobs, without asking it anything yet. */
export async function openAzureBlobs({ account, prefix, pace = PACE }: Options): Promise<Blobs> {
  const service = await connect(account, pace);
  const containerOf = (container: string) => service.getContainerClient(azureContainer(prefix, container));
  const blobOf = (container: string, name: string) => containerOf(container).getBlockBlobClient(azureBlob(name));
  return {
    async createContainer(container) {
      const client = containerOf(container);
      await call(pace, 'making a container', () => client.createIfNotExists());
    },
    async removeContainer(container) {
      const client = containerOf(container);
      await call(pace, 'removing a container', () => client.deleteIfExists());
    },
    async write(container, name, source) {
      return write(blobOf(container, name), name, source, pace);
    },
    async *read(container, name, range) {
      yield* read(blobOf(container, name), name, range, pace);
    },
    async size(container, name) {
      return size(blobOf(container, name), name, pace);
    },
    async remove(container, name) {
      await remove(containerOf(container), azureBlob(name), pace);
    },
    async *list(container) {
      yield* list(containerOf(container), pace);
    },
    async *remains(container) {
      yield* remains(service, containerOf(container), pace);
    },
  };
}

async function connect(account: AzureAccount, pace: Pace): Promise<BlobServiceClient> {
  const retryOptions = { maxTries: pace.tries, retryDelayInMs: pace.retryDelayMs, maxRetryDelayInMs: 10_000 };
  const optionsFor = (url: string): StoragePipelineOptions & { agent: object } => ({
    retryOptions,
    agent: createIdleAgent(new URL(url).protocol, pace.idleMs),
  });
  if ('connectionString' in account) {
    try {
      const { url } = BlobServiceClient.fromConnectionString(account.connectionString);
      return BlobServiceClient.fromConnectionString(account.connectionString, optionsFor(url));
    } catch {
      throw new BlobStoreFailed('Azure Blob Storage: the connection string cannot be used');
    }
  }
  const { managedIdentity } = await import('./azure-identity.ts');
  return new BlobServiceClient(account.url, managedIdentity(account.clientId), optionsFor(account.url));
}

async function write(
  blob: BlockBlobClient,
  name: string,
  source: AsyncIterable<Uint8Array>,
  pace: Pace,
): Promise<number> {
  // Tells our blob from another writer's when the answer to what made it was lost.
  const metadata = { writer: randomBytes(12).toString('hex') };
  const once = { metadata, conditions: { ifNoneMatch: '*' } };
  /** @returns false when nothing was made, and the name is free */
  const make = async (what: string, work: () => Promise<unknown>): Promise<boolean> => {
    try {
      await call(pace, what, work);
      return true;
    } catch (error) {
      if (!(error instanceof AzureRefused && LOST.includes(error.status))) throw error;
      const found = await properties(blob, pace);
      if (found && found.metadata?.writer !== metadata.writer) throw new BlobExists(name);
      return found !== null;
    }
  };
  return stageBlocks(source, {
    put: (bytes) => make('writing a blob', () => blob.upload(bytes, bytes.length, once)),
    // Saves the work when the name is taken already; the commit decides.
    async begin() {
      if (await properties(blob, pace)) throw new BlobExists(name);
    },
    async stage(id, bytes) {
      await call(pace, 'writing a block', () => blob.stageBlock(id, bytes, bytes.length));
    },
    async commit(ids) {
      const isMade = await make('making a blob of its blocks', () => blob.commitBlockList([...ids], once));
      if (!isMade)
        throw new BlobStoreFailed('Azure Blob Storage: the blocks of a blob were dropped before it was made');
    },
  });
}

async function* read(
  blob: BlockBlobClient,
  name: string,
  range: ByteRange | undefined,
  pace: Pace,
): AsyncGenerator<Uint8Array> {
  if (range) checkRange(range, Number.MAX_SAFE_INTEGER);
  // Azure has no ranges of no bytes.
  if (range?.length === 0) return checkRange(range, await size(blob, name, pace));
  const open = (wanted: Partial<ByteRange>, etag?: string) =>
    absentIsNull(
      call(pace, 'reading a blob', () =>
        blob.download(wanted.offset ?? 0, wanted.length, {
          // What is cut off is read again by us: the client takes a lost connection for a wish to stop.
          maxRetryRequests: 0,
          ...(etag ? { conditions: { ifMatch: etag } } : {}),
        }),
      ),
    );
  const opened = await open(range ?? {}).catch((error) => {
    if (error instanceof AzureRefused && error.status === 416) throw new RangeError('the range is not inside the blob');
    throw error;
  });
  if (!opened) throw new BlobNotFound(name);
  const body = bodyOf(opened);
  const found = opened.contentLength ?? 0;
  if (range && found !== range.length) {
    body.destroy();
    throw new RangeError(`the range ${range.offset}+${range.length} is not inside the blob`);
  }
  yield* readAgain(pace, { offset: range?.offset ?? 0, length: found }, body, async (rest) => {
    const again = await open(rest, opened.etag).catch((error) => {
      // Another blob has the name by now.
      if (error instanceof AzureRefused && error.status === 412) return null;
      throw error;
    });
    if (!again) throw new BlobNotFound(name);
    return bodyOf(again);
  });
}

function bodyOf({ readableStreamBody }: { readableStreamBody?: NodeJS.ReadableStream | undefined }): Readable {
  return (readableStreamBody as Readable | undefined) ?? Readable.from([]);
}

/** null when there is no such blob. */
function properties(blob: BlockBlobClient, pace: Pace) {
  return absentIsNull(call(pace, 'looking at a blob', () => blob.getProperties()));
}

async function size(blob: BlockBlobClient, name: string, pace: Pace): Promise<number> {
  const found = await properties(blob, pace);
  if (!found) throw new BlobNotFound(name);
  return found.contentLength ?? 0;
}

/** Removes the blob, then whatever Azure has under its name beside it. */
async function remove(container: ContainerClient, name: string, pace: Pace): Promise<void> {
  const blob = container.getBlockBlobClient(name);
  const removeOne = (one: BlockBlobClient, options: { deleteSnapshots?: 'include' }) =>
    absentIsNull(call(pace, 'removing a blob', () => one.delete(options)));
  await removeOne(blob, { deleteSnapshots: 'include' });
  for await (const item of everything(container, pace, name)) {
    // In the order of names: first this one, then those that only begin like it.
    if (item.name !== name) return;
    if (item.deleted) continue;
    if (item.versionId) await removeOne(blob.withVersion(item.versionId) as BlockBlobClient, {});
    else if (await isUnfinished(container, item, pace)) {
      // Blocks have no removal of their own; a blob of none of them drops them all.
      await call(pace, 'dropping blocks', () => blob.commitBlockList([], { conditions: { ifNoneMatch: '*' } }));
      await removeOne(blob, { deleteSnapshots: 'include' });
    }
  }
}

async function* list(container: ContainerClient, pace: Pace): AsyncGenerator<BlobEntry> {
  for await (const { name, properties: found } of itemsOf(container, pace, {})) {
    yield { name, size: found.contentLength ?? 0, modifiedAt: found.lastModified };
  }
}

async function* remains(service: BlobServiceClient, container: ContainerClient, pace: Pace): AsyncGenerator<Remains> {
  for await (const item of everything(container, pace)) {
    const { name } = item;
    if (item.deleted) yield { name, what: 'deleted blob' };
    else if (item.snapshot) yield { name, what: 'snapshot' };
    else if (item.versionId && !item.isCurrentVersion) yield { name, what: 'version' };
    else if (await isUnfinished(container, item, pace)) yield { name, what: 'unfinished' };
  }
  const name = container.containerName;
  for await (const { containerItems } of pages(pace, () =>
    service.listContainers({ prefix: name, includeDeleted: true }),
  )) {
    for (const each of containerItems)
      if (each.name === name && each.deleted) yield { name, what: 'deleted container' };
  }
}

/** A list tells of blobs that are only blocks so far as if they were empty. */
async function isUnfinished(container: ContainerClient, item: BlobItem, pace: Pace): Promise<boolean> {
  if (item.deleted || item.snapshot || item.properties.contentLength) return false;
  return (await properties(container.getBlockBlobClient(item.name), pace)) === null;
}

/** Also what is hidden: earlier versions, snapshots, blobs not yet made and blobs that were removed. */
function everything(container: ContainerClient, pace: Pace, prefix?: string): AsyncGenerator<BlobItem> {
  return itemsOf(container, pace, {
    includeDeleted: true,
    includeSnapshots: true,
    includeUncommitedBlobs: true,
    includeVersions: true,
    ...(prefix ? { prefix } : {}),
  });
}

async function* itemsOf(
  container: ContainerClient,
  pace: Pace,
  options: Parameters<ContainerClient['listBlobsFlat']>[0],
): AsyncGenerator<BlobItem> {
  for await (const { segment } of pages(pace, () => container.listBlobsFlat(options))) yield* segment.blobItems;
}
