/**
 * The keyring's records as a tree, and the way up it: a data key opens under its tenant's key, that under the root key.
 *
 *     <tenant>/kek/<version>     <tenant>/data/<key id>     <tenant>/secret/<name>     <tenant>/index/<name>
 */
import type { KeyObject } from 'node:crypto';
import type { KeyCache } from './key-cache.ts';
import { KeyDestroyed, type KeyringStore, type RootKey } from './port.ts';
import { checkedName } from './sealed-format.ts';
import { makeTenantKey, openTenantKey } from './tenant-key.ts';
import { type KeyPlace, unwrapKey, wrapNewKey } from './wrapped-key.ts';

export class KeyTree {
  readonly #root: RootKey;
  readonly #store: KeyringStore;
  readonly #cache: KeyCache;

  constructor(root: RootKey, store: KeyringStore, cache: KeyCache) {
    this.#root = root;
    this.#store = store;
    this.#cache = cache;
  }

  /** Makes the tenant's key unless it has one. */
  async createTenantKey(tenantId: string): Promise<void> {
    if ((await this.#latestVersion(tenantId)) > 0) return;
    await this.#store.create([tenantId, 'kek', '1'], await makeTenantKey(this.#root, tenantId, 1));
  }

  /** Destroys the tenant's key, then what lies below it: cut short between the two, nothing below can be opened any more. */
  async destroyTenant(tenantId: string): Promise<void> {
    try {
      await this.#store.destroy([checkedName(tenantId), 'kek']);
      await this.#store.destroy([tenantId]);
    } finally {
      this.#cache.drop([tenantId]);
    }
  }

  /** Makes the key unless there is one. @throws KeyDestroyed when the tenant has no key */
  async create(place: KeyPlace): Promise<void> {
    const path = pathOf(place);
    // Asked of the store, never of the cache: no key may be made for a tenant that another process has destroyed.
    const version = await this.#latestVersion(place.tenantId);
    if (version === 0) throw new KeyDestroyed(place.tenantId);
    const tenantKey = await this.#tenantKey(place, version);
    await this.#store.create(path, wrapNewKey(place, version, tenantKey));
  }

  /** @throws KeyDestroyed, SealBroken */
  get(place: KeyPlace): Promise<KeyObject> {
    const path = pathOf(place);
    return this.#cache.get(path, async () => {
      const record = await this.#store.read(path);
      if (!record) throw new KeyDestroyed(place.name);
      return unwrapKey(place, record, (version) => this.#tenantKey(place, version));
    });
  }

  /** Returns the key, made at its first use: of several processes that make it at once, one wins, and all read that one. */
  getOrCreate(place: KeyPlace): Promise<KeyObject> {
    const path = pathOf(place);
    return this.#cache.get(path, async () => {
      let record = await this.#store.read(path);
      if (!record) {
        await this.create(place);
        record = await this.#store.read(path);
      }
      if (!record) throw new KeyDestroyed(place.name);
      return unwrapKey(place, record, (version) => this.#tenantKey(place, version));
    });
  }

  async destroy(place: KeyPlace): Promise<void> {
    const path = pathOf(place);
    try {
      await this.#store.destroy(path);
    } finally {
      this.#cache.drop(path);
    }
  }

  #tenantKey({ tenantId, name }: KeyPlace, version: number): Promise<KeyObject> {
    const path = [tenantId, 'kek', String(version)];
    return this.#cache.get(path, async () => {
      const record = await this.#store.read(path);
      if (!record) throw new KeyDestroyed(name);
      return openTenantKey(this.#root, tenantId, version, record);
    });
  }

  /** 0 when the tenant has no key. */
  async #latestVersion(tenantId: string): Promise<number> {
    const versions = await this.#store.list([checkedName(tenantId), 'kek']);
    return Math.max(0, ...versions.filter((version) => /^[1-9]\d{0,8}$/.test(version)).map(Number));
  }
}

function pathOf({ tenantId, kind, name }: KeyPlace): string[] {
  return [checkedName(tenantId), kind, checkedName(name)];
}
