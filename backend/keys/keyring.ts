import { KeyCache } from './key-cache.ts';
import { KeyTree } from './key-tree.ts';
import type { Keyring, KeyringStore, RootKey } from './port.ts';
import { checkedName } from './sealed-format.ts';
import { TreeTenantKeys } from './tenant-keys.ts';

const FIFTEEN_MINUTES_MS = 15 * 60 * 1000;

export type KeyringOptions = {
  root: RootKey;
  store: KeyringStore;
  /** Milliseconds of a clock that never goes back. */
  clock?: () => number;
  /** How long an unwrapped key may stay in memory: as long after its destruction in another process may it be used here. */
  cacheMs?: number;
};

/** Makes the keyring over a root key and the store of wrapped keys. */
export function createKeyring(options: KeyringOptions): Keyring {
  const { root, store, clock = () => performance.now(), cacheMs = FIFTEEN_MINUTES_MS } = options;
  const tree = new KeyTree(root, store, new KeyCache(clock, cacheMs));
  return {
    createTenant: (tenantId) => tree.createTenantKey(tenantId),
    destroyTenant: (tenantId) => tree.destroyTenant(tenantId),
    tenant: (tenantId) => new TreeTenantKeys(tree, checkedName(tenantId)),
  };
}
