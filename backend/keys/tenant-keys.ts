import { createHmac, type KeyObject } from 'node:crypto';
import { ByteReader } from './byte-reader.ts';
import { checkPrefix, PREFIX_BYTES } from './cobblestone.ts';
import { decryptRange, plaintextBytes, type Range, type ReadRange, readWhole } from './cobblestone-range.ts';
import { decrypt, decryptBytes, encrypt, encryptBytes } from './cobblestone-stream.ts';
import type { KeyTree } from './key-tree.ts';
import { SealBroken, type TenantKeys } from './port.ts';
import { boundContext, checkHeader, header } from './sealed-format.ts';

/** The keys of one tenant, over the tree that keeps them. */
export class TreeTenantKeys implements TenantKeys {
  readonly #tree: KeyTree;
  readonly #tenantId: string;

  constructor(tree: KeyTree, tenantId: string) {
    this.#tree = tree;
    this.#tenantId = tenantId;
  }

  createDataKey(keyId: string): Promise<void> {
    return this.#tree.create({ tenantId: this.#tenantId, kind: 'data', name: keyId });
  }

  destroyDataKey(keyId: string): Promise<void> {
    return this.#tree.destroy({ tenantId: this.#tenantId, kind: 'data', name: keyId });
  }

  async seal(keyId: string, context: string, plaintext: Uint8Array | string): Promise<Buffer> {
    const key = await this.#dataKey(keyId);
    const message = encryptBytes(key, this.#bound(keyId, context), Buffer.from(plaintext));
    return Buffer.concat([header(keyId), message]);
  }

  async open(keyId: string, context: string, sealed: Uint8Array): Promise<Buffer> {
    const key = await this.#dataKey(keyId);
    const start = header(keyId).length;
    checkHeader(keyId, sealed.subarray(0, start));
    return decryptBytes(key, this.#bound(keyId, context), sealed.subarray(start));
  }

  async *sealStream(keyId: string, context: string, plaintext: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    const key = await this.#dataKey(keyId);
    yield header(keyId);
    yield* encrypt(key, this.#bound(keyId, context), plaintext);
  }

  async *openStream(
    keyId: string,
    context: string,
    sealed: AsyncIterable<Uint8Array>,
    { lend }: { lend: boolean } = { lend: false },
  ): AsyncGenerator<Uint8Array> {
    const key = await this.#dataKey(keyId);
    const reader = new ByteReader(sealed);
    try {
      checkHeader(keyId, await reader.read(header(keyId).length));
      yield* decrypt(key, this.#bound(keyId, context), reader, lend);
    } finally {
      await reader.close();
    }
  }

  async *openRange(
    keyId: string,
    context: string,
    sealedSize: number,
    range: Range,
    read: ReadRange,
  ): AsyncGenerator<Uint8Array> {
    const open = await this.openRanges(keyId, context, sealedSize, read);
    yield* open(range);
  }

  async openRanges(
    keyId: string,
    context: string,
    sealedSize: number,
    read: ReadRange,
  ): Promise<(range: Range, options?: { lend: boolean }) => AsyncGenerator<Uint8Array>> {
    const key = await this.#dataKey(keyId);
    const start = header(keyId).length;
    const head = await readWhole({ offset: 0, length: start + PREFIX_BYTES }, read);
    checkHeader(keyId, head.subarray(0, start));
    const message = checkPrefix(key, this.#bound(keyId, context), head.subarray(start));
    const readMessage: ReadRange = ({ offset, length }) => read({ offset: start + offset, length });
    return (range, { lend } = { lend: false }) => decryptRange(message, sealedSize - start, range, readMessage, lend);
  }

  plaintextSize(keyId: string, sealedSize: number): number {
    const messageSize = sealedSize - header(keyId).length;
    if (messageSize < 0) throw new SealBroken(`nothing sealed under ${keyId} has ${sealedSize} bytes`);
    return plaintextBytes(messageSize);
  }

  async digest(purpose: string, value: string): Promise<Buffer> {
    const key = await this.#tree.getOrCreate({ tenantId: this.#tenantId, kind: 'index', name: 'digest' });
    return createHmac('sha256', key)
      .update(JSON.stringify([purpose, value]))
      .digest();
  }

  async secret(name: string): Promise<string> {
    const key = await this.#tree.getOrCreate({ tenantId: this.#tenantId, kind: 'secret', name });
    return key.export().toString('base64url');
  }

  #dataKey(keyId: string): Promise<KeyObject> {
    return this.#tree.get({ tenantId: this.#tenantId, kind: 'data', name: keyId });
  }

  #bound(keyId: string, context: string): string {
    return boundContext(this.#tenantId, keyId, context);
  }
}
